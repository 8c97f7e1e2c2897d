/* Keys and papers of the task page. Everything here is also a link or a button; without this file the page works the same.
   Written for engines back to Chromium 78 (no optional chaining, no modules). */
(function () {
  "use strict";

  function all(selector, root) {
    return Array.prototype.slice.call((root || document).querySelectorAll(selector));
  }

  /* --- papers: each keeps its own pane, so that the place in it is kept ----------------------------------------- */

  var links = all("[data-review-paper]");
  var panes = all("[data-review-pane]");
  var current = panes.filter(function (one) { return !one.hidden; })[0] || null;
  var beside = null;

  /* One paper fills the place; with another kept beside it, the two share the whole width of the page. */
  function arrange() {
    var two = beside !== null && beside !== current;
    panes.forEach(function (one) {
      one.hidden = one !== current && one !== beside;
      one.classList.toggle("ys-review-paper--beside", two && one === beside);
    });
    all(".ys-split").forEach(function (one) { one.classList.toggle("ys-review-split--two", two); });
    all("[data-review-beside]").forEach(function (one) {
      one.setAttribute("aria-pressed", one.closest("[data-review-pane]") === beside ? "true" : "false");
    });
    drawAll();
  }

  function keepBeside(pane) {
    if (panes.length < 2) { return; }
    if (beside !== null) {
      beside = beside === pane || pane === current ? null : pane;
      arrange();
      return;
    }
    beside = pane;
    /* Kept alone it would look as if nothing had happened: the next paper comes up beside it at once. */
    show(panes[(panes.indexOf(pane) + 1) % panes.length].getAttribute("data-review-pane"));
  }

  all("[data-review-beside]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { keepBeside(button.closest("[data-review-pane]")); });
  });

  function show(number) {
    var pane = document.querySelector("[data-review-pane='" + number + "']");
    if (!pane) { return false; }
    all("[data-review-src]", pane).forEach(function (one) {
      one.src = one.getAttribute("data-review-src");
      one.removeAttribute("data-review-src");
    });
    current = pane;
    arrange();
    links.forEach(function (link) {
      if (link.getAttribute("data-review-paper") === String(number)) {
        link.setAttribute("aria-current", "true");
        say(link.textContent);
      } else {
        link.removeAttribute("aria-current");
      }
    });
    all("input[name=paper]").forEach(function (one) { one.value = number; });
    return true;
  }

  function shown() {
    var link = document.querySelector("[data-review-paper][aria-current]");
    return link ? Number(link.getAttribute("data-review-paper")) : 0;
  }

  function say(text) {
    var live = document.getElementById("ys-live");
    if (live) { live.textContent = text; }
  }

  links.forEach(function (link) {
    link.addEventListener("click", function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) { return; }
      if (show(link.getAttribute("data-review-paper"))) { event.preventDefault(); }
    });
  });

  /* --- turning and enlarging a picture: for this look only, the paper stays as it was handed in -------------------- */

  var STEPS = [0, 1.5, 2.2, 3.2];

  /* Fit: the whole picture in the pane. Larger: so many times the width of the pane. Turned by the quarter, a picture needs the
     place of its other side; margins give it that, since turning alone moves nothing around it. */
  function draw(image) {
    var pane = image.parentNode;
    var turned = Number(image.getAttribute("data-review-turned"));
    var zoomed = Number(image.getAttribute("data-review-zoomed"));
    var across = turned % 2 === 1;
    var wide = image.naturalWidth;
    var high = image.naturalHeight;
    var style = image.style;
    if (!wide || !pane.clientWidth) { return; }
    var seenWide = across ? high : wide;
    var seenHigh = across ? wide : high;
    var scale = zoomed
      ? pane.clientWidth * STEPS[zoomed] / seenWide
      : Math.min(pane.clientWidth / seenWide, pane.clientHeight / seenHigh);
    var gap = across ? (wide - high) * scale / 2 : 0;
    var side = Math.max(0, (pane.clientWidth - seenWide * scale) / 2);
    style.maxWidth = "none";
    style.width = wide * scale + "px";
    style.height = high * scale + "px";
    style.margin = gap + "px " + (side - gap) + "px";
    style.transform = turned ? "rotate(" + turned * 90 + "deg)" : "";
    layArea(image);
  }

  function set(pane, name, value) {
    var image = pane && pane.querySelector("img");
    if (!image) { return false; }
    image.setAttribute("data-review-" + name, value);
    draw(image);
    return true;
  }

  function turn(pane) {
    return set(pane, "turned", (state(pane, "turned") + 1) % 4);
  }

  function zoom(pane, by) {
    return set(pane, "zoomed", by ? Math.min(STEPS.length - 1, Math.max(0, state(pane, "zoomed") + by)) : 0);
  }

  function state(pane, name) {
    var image = pane && pane.querySelector("img");
    return image ? Number(image.getAttribute("data-review-" + name)) : 0;
  }

  function drawAll() {
    all("[data-review-pane] img").forEach(draw);
  }

  all("[data-review-pane] img").forEach(function (image) {
    image.addEventListener("load", function () { draw(image); });
    draw(image);
  });
  window.addEventListener("resize", drawAll);

  all("[data-review-tools]").forEach(function (tools) {
    var pane = tools.closest("[data-review-pane]");
    tools.hidden = false;
    tools.addEventListener("click", function (event) {
      var button = event.target;
      if (button.hasAttribute("data-review-turn")) { turn(pane); }
      if (button.hasAttribute("data-review-zoom")) { zoom(pane, Number(button.getAttribute("data-review-zoom"))); }
      if (button.hasAttribute("data-review-fit")) { zoom(pane, 0); }
    });
  });

  /* --- marking a place: the rectangle that is drawn and the four numbers of the form are the same thing -------------- */

  var SVG = "http://www.w3.org/2000/svg";
  var NUMBERS = ["left", "top", "width", "height"];

  function markField(name) {
    return document.querySelector("[data-review-marks] [name=mark_" + name + "]");
  }

  function box() {
    var numbers = NUMBERS.map(function (name) {
      var field = markField(name);
      return field && field.value.trim() !== "" ? Number(field.value.replace(/[%\uff05]/g, "")) : NaN;
    });
    return numbers.every(function (one) { return isFinite(one); }) && numbers[2] > 0 && numbers[3] > 0 ? numbers : null;
  }

  /* The picture of the file that is chosen in the form bears the rectangle; no other does, and none that is turned. */
  function layArea(image) {
    var button = image.closest("[data-review-pane]").querySelector("[data-review-mark]");
    var old = image.parentNode.querySelector(".ys-review-area");
    var chosen = markField("paper");
    if (old) { old.remove(); }
    if (!button || !chosen || chosen.value !== button.getAttribute("data-review-mark") || !box()) { return; }
    if (Number(image.getAttribute("data-review-turned"))) { return; }
    var area = document.createElementNS(SVG, "svg");
    var rect = document.createElementNS(SVG, "rect");
    area.setAttribute("class", "ys-review-area");
    area.setAttribute("viewBox", "0 0 100 100");
    area.setAttribute("preserveAspectRatio", "none");
    ["x", "y", "width", "height"].forEach(function (name, place) { rect.setAttribute(name, box()[place]); });
    area.style.left = image.offsetLeft + "px";
    area.style.top = image.offsetTop + "px";
    area.style.width = image.offsetWidth + "px";
    area.style.height = image.offsetHeight + "px";
    area.appendChild(rect);
    image.parentNode.appendChild(area);
  }

  function fill(numbers) {
    NUMBERS.forEach(function (name, place) { markField(name).value = String(Math.round(numbers[place] * 10) / 10); });
    drawAll();
  }

  function at(event, image) {
    var seen = image.getBoundingClientRect();
    function part(value, from, size) { return Math.min(100, Math.max(0, (value - from) / size * 100)); }
    return [part(event.clientX, seen.left, seen.width), part(event.clientY, seen.top, seen.height)];
  }

  function openMarks(button) {
    var marks = document.querySelector("[data-review-marks]");
    var target = document.querySelector("form select[name=target]");
    marks.open = true;
    document.querySelector("[data-review-finding]").parentNode.open = true;
    markField("paper").value = button.getAttribute("data-review-mark");
    if (target) { target.value = button.getAttribute("data-review-target"); }
  }

  all("[data-review-mark]").forEach(function (button) {
    var pane = button.closest("[data-review-pane]");
    var image = pane.querySelector("img");
    var from = null;

    function drawing(on) {
      button.setAttribute("aria-pressed", on ? "true" : "false");
      image.classList.toggle("ys-review-drawing", on);
    }

    button.addEventListener("click", function () {
      var on = button.getAttribute("aria-pressed") !== "true";
      drawing(on);
      if (!on) { return; }
      set(pane, "turned", 0);
      openMarks(button);
      drawAll();
    });
    image.addEventListener("dragstart", function (event) { event.preventDefault(); });
    image.addEventListener("pointerdown", function (event) {
      if (!image.classList.contains("ys-review-drawing")) { return; }
      event.preventDefault();
      from = at(event, image);
      image.setPointerCapture(event.pointerId);
    });
    image.addEventListener("pointermove", function (event) {
      if (!from) { return; }
      var to = at(event, image);
      fill([Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])]);
    });
    ["pointerup", "pointercancel"].forEach(function (name) {
      image.addEventListener(name, function () {
        if (!from) { return; }
        from = null;
        drawing(false);
      });
    });
  });
  all("[data-review-marks] input, [data-review-marks] select").forEach(function (field) {
    field.addEventListener("input", drawAll);
  });

  /* --- keys ------------------------------------------------------------------------------------------------------ */

  function writing(element) {
    return element && (element.isContentEditable || element.tagName === "TEXTAREA" || element.tagName === "SELECT"
      || (element.tagName === "INPUT" && element.type !== "radio" && element.type !== "checkbox"));
  }

  function firstOpenPoint() {
    var points = all(".ys-check");
    var open = points.filter(function (point) { return !point.querySelector("input:checked"); })[0] || points[0];
    return open ? open.querySelector("input") : null;
  }

  document.addEventListener("keydown", function (event) {
    var key = event.key.toLowerCase();
    var main = document.querySelector("[data-review-main]");
    if (key === "enter" && event.ctrlKey && main && event.target.tagName === "TEXTAREA" && !event.isComposing) {
      event.preventDefault();
      main.click();
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || writing(event.target)) { return; }
    var target = null;
    if (/^[1-9]$/.test(key)) { if (show(key)) { event.preventDefault(); } return; }
    if (key === "j" || key === "k") { if (show(shown() + (key === "j" ? 1 : -1))) { event.preventDefault(); } return; }
    if (key === "r" && turn(current)) { event.preventDefault(); return; }
    if (key === "+" || key === "=") { zoom(current, 1); return; }
    if (key === "-") { zoom(current, -1); return; }
    if (key === "0") { zoom(current, 0); return; }
    if (key === "b" && current) { keepBeside(current); return; }
    if (key === "g") { target = firstOpenPoint(); }
    if (key === "e") { target = document.querySelector("#review textarea"); }
    if (target) { event.preventDefault(); target.focus(); }
  });

  /* --- the minute for taking back: after it, the words and the button say so themselves -------------------------- */

  all("[data-review-left]").forEach(function (line) {
    var left = Number(line.getAttribute("data-review-left"));
    var words = line.textContent;
    var timer = window.setInterval(function () {
      left -= 1;
      if (left > 0) { line.textContent = words.replace(/\d+/, left); return; }
      window.clearInterval(timer);
      var box = line.closest(".ys-notice, form") || line.parentNode;
      var form = line.closest("form") || box.querySelector("form");
      if (form) { form.remove(); }
      if (document.contains(line)) { line.remove(); }
    }, 1000);
  });
}());
