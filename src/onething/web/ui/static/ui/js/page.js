/* Progressive enhancement only: every page works without this file.
   Written for engines back to Chromium 78 (no optional chaining, no modules). */
(function () {
  "use strict";

  var live = document.getElementById("ys-live");

  function all(root, selector) {
    return Array.prototype.slice.call(root.querySelectorAll(selector));
  }

  function say(text) {
    if (!live || !text) { return; }
    live.textContent = "";
    window.setTimeout(function () { live.textContent = text; }, 50);
  }

  function focusOn(element) {
    if (!element) { return; }
    if (!element.hasAttribute("tabindex")) { element.setAttribute("tabindex", "-1"); }
    element.focus();
  }

  /* The error summary, or the heading of the next task, takes the focus. */
  function focusFirst(root) {
    focusOn(root.querySelector("[data-ys-focus]"));
  }

  /* --- sending: one press is one submission ------------------------------------------------------------------- */

  function release(form) {
    form.removeAttribute("data-ys-sending");
    all(form, "button[data-ys-label]").forEach(function (button) {
      button.textContent = button.getAttribute("data-ys-label");
      button.removeAttribute("data-ys-label");
      button.removeAttribute("aria-disabled");
    });
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented) { return; }
    if (form.hasAttribute("data-ys-sending")) { event.preventDefault(); event.stopPropagation(); return; }
    form.setAttribute("data-ys-sending", "");
    var button = event.submitter || form.querySelector("button[data-sending]");
    /* After the form's data was collected, so that the button's own name and value go along. */
    window.setTimeout(function () {
      if (!button || !button.getAttribute("data-sending") || !form.hasAttribute("data-ys-sending")) { return; }
      button.setAttribute("data-ys-label", button.textContent);
      button.textContent = button.getAttribute("data-sending");
      button.setAttribute("aria-disabled", "true");
    }, 1000);
    /* A download or an answer that never comes must not lock the page for good. */
    window.setTimeout(function () { release(form); }, 30000);
  });

  window.addEventListener("pageshow", function (event) {
    if (event.persisted) { all(document, "form[data-ys-sending]").forEach(release); }
  });

  document.addEventListener("click", function (event) {
    var target = event.target.closest ? event.target.closest("[aria-disabled='true']") : null;
    if (target) { event.preventDefault(); }
  });

  /* --- htmx: focus, words, busy ------------------------------------------------------------------------------- */

  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.target) { event.detail.target.setAttribute("aria-busy", "true"); }
  });

  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.target) { event.detail.target.removeAttribute("aria-busy"); }
    all(document, "form[data-ys-sending]").forEach(release);
  });

  document.addEventListener("htmx:afterSwap", function (event) {
    var target = event.detail.target;
    if (!target || !document.contains(target)) { return; }
    prepare(target);
    var words = target.matches("[data-ys-announce]") ? target : target.querySelector("[data-ys-announce]");
    if (words) { say(words.textContent.trim()); }
    if (target.hasAttribute("data-ys-keep-focus")) { return; }
    focusOn(target.querySelector("[data-ys-focus]") || target.querySelector("h1, h2, h3") || target);
  });

  /* A view may send the header HX-Trigger: {"announce": "找到12条"}. */
  document.addEventListener("announce", function (event) { say(event.detail && event.detail.value); });

  /* --- autosave: two seconds after leaving a field ------------------------------------------------------------ */

  function autosave(form) {
    var timer = null;
    var dirty = false;
    var running = false;
    var pressed = null;
    var line = form.querySelector("[data-ys-saved]");

    function show(text, trouble) {
      if (!line) { return; }
      line.textContent = text;
      line.classList.toggle("ys-saved--trouble", Boolean(trouble));
    }

    function save(leaving) {
      window.clearTimeout(timer);
      if (!dirty || running || form.hasAttribute("data-ys-sending")) { return; }
      var data = new FormData(form);
      all(form, "input[type=file]").forEach(function (input) { data.delete(input.name); });
      dirty = false;
      running = true;
      fetch(form.getAttribute("data-autosave") || form.action, {
        method: "POST",
        body: data,
        credentials: "same-origin",
        keepalive: Boolean(leaving),
        headers: { "X-Autosave": "1", "Accept": "application/json" }
      }).then(function (response) {
        return response.json().then(function (answer) { return { ok: response.ok, answer: answer }; });
      }).then(function (result) {
        if (result.ok && result.answer.revision !== undefined && form.elements.revision) {
          form.elements.revision.value = result.answer.revision;
        }
        return result;
      }).then(function (result) {
        settle();
        if (!result.ok) { show(result.answer.message || "还没有保存，请点“继续”保存", true); return; }
        show("已保存 " + result.answer.saved_at, false);
        if (dirty) { later(); }
      }).catch(function () {
        dirty = true;
        settle();
        show("网络不通，还没有保存。您填的内容都在这一页上，网络好了会自动保存", true);
        timer = window.setTimeout(save, 10000);
      });
    }

    function later() {
      window.clearTimeout(timer);
      timer = window.setTimeout(save, 2000);
    }

    /* A press while a save is on its way waits for the answer, so that nobody is in conflict with himself. */
    function settle() {
      running = false;
      var button = pressed;
      pressed = null;
      if (button && form.requestSubmit) { form.requestSubmit(button === form ? undefined : button); }
    }

    form.addEventListener("submit", function (event) {
      window.clearTimeout(timer);
      if (!running || !form.requestSubmit) { return; }
      pressed = event.submitter || form;
      event.preventDefault();
    }, true);

    form.addEventListener("input", function () { dirty = true; });
    form.addEventListener("change", function () { dirty = true; later(); });
    form.addEventListener("focusout", function () { if (dirty) { later(); } });
    document.addEventListener("visibilitychange", function () {
      if (document.visibilityState === "hidden") { save(true); }
    });
  }

  /* --- small helps inside forms ------------------------------------------------------------------------------- */

  function countLeft(area) {
    var line = document.getElementById(area.getAttribute("data-ys-count"));
    if (!line) { return; }
    area.addEventListener("input", function () {
      line.textContent = line.getAttribute("data-left").replace("%s", area.maxLength - area.value.length);
    });
  }

  document.addEventListener("change", function (event) {
    var box = event.target;
    if (box.type !== "checkbox" || !box.checked || !box.form) { return; }
    var exclusive = box.hasAttribute("data-ys-exclusive");
    all(box.form, "input[type=checkbox]").forEach(function (other) {
      if (other === box || other.name !== box.name) { return; }
      if (exclusive || other.hasAttribute("data-ys-exclusive")) { other.checked = false; }
    });
  });

  /* --- session end: five minutes before ----------------------------------------------------------------------- */

  function watchSession(box) {
    var left = Number(box.getAttribute("data-ys-session")) * 1000;
    var form = box.querySelector("form");
    var timer = window.setTimeout(show, Math.max(0, left - 300000));
    function show() { box.hidden = false; }
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      event.stopPropagation();
      fetch(form.action, {
        method: "POST", body: new FormData(form), credentials: "same-origin", headers: { "Accept": "application/json" }
      }).then(function (response) {
        if (!response.ok) { form.submit(); return; }
        box.hidden = true;
        window.clearTimeout(timer);
        timer = window.setTimeout(show, Math.max(0, left - 300000));
      }).catch(function () { box.hidden = false; });
    });
  }

  /* --- 读给我听: only in elder mode, only where the engine can, only voices of this machine ---------------------- */

  function reader(entry) {
    if (!window.speechSynthesis || !/elder/.test(document.documentElement.getAttribute("data-mode") || "")) { return; }
    var button = entry.querySelector("button");
    function idle() { button.textContent = button.getAttribute("data-start"); }
    function offer() {
      var local = window.speechSynthesis.getVoices().filter(function (voice) {
        return voice.localService && /^zh/i.test(voice.lang);
      });
      entry.hidden = local.length === 0;
      return local[0];
    }
    window.speechSynthesis.onvoiceschanged = offer;
    offer();
    button.addEventListener("click", function () {
      if (window.speechSynthesis.speaking) { window.speechSynthesis.cancel(); idle(); return; }
      var words = new SpeechSynthesisUtterance(document.getElementById("main").innerText);
      words.voice = offer();
      words.lang = "zh-CN";
      words.rate = 0.9;
      words.onend = idle;
      window.speechSynthesis.speak(words);
      button.textContent = button.getAttribute("data-stop");
    });
  }

  function prepare(root) {
    all(root, "form[data-autosave]").forEach(autosave);
    all(root, "[data-ys-count]").forEach(countLeft);
    all(root, "[data-ys-session]").forEach(watchSession);
    all(root, "[data-ys-read]").forEach(reader);
  }

  // What is folded on the screen is on the paper: the words of a notice are all of them.
  window.addEventListener("beforeprint", function () {
    all(document, "details.ys-fold:not([open])").forEach(function (part) {
      part.open = true;
      part.setAttribute("data-ys-printed", "");
    });
  });
  window.addEventListener("afterprint", function () {
    all(document, "[data-ys-printed]").forEach(function (part) {
      part.open = false;
      part.removeAttribute("data-ys-printed");
    });
  });

  prepare(document);
  focusFirst(document);
}());
