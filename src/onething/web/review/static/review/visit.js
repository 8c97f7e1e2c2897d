/* The inspector's page without network: every entry is kept on the device with an id and the time it was made, and sent in order, once.
   Without this file the page is an ordinary form. Written for engines back to Chromium 78 (no optional chaining, no modules). */
(function () {
  "use strict";

  var form = document.querySelector("[data-visit-form]");
  var able = "indexedDB" in window && "fetch" in window && "serviceWorker" in navigator;

  if (!able) { return; }
  if (!form) {
    /* Signed or closed: nothing of it stays on the device. */
    if (navigator.serviceWorker.controller) { navigator.serviceWorker.controller.postMessage({ forget: location.href }); }
    return;
  }

  var part = form.getAttribute("data-visit-form");
  var status = document.querySelector("[data-visit-status]");
  var sending = false;
  var refusals = [];

  function all(selector, root) {
    return Array.prototype.slice.call((root || document).querySelectorAll(selector));
  }

  /* --- the store ------------------------------------------------------------------------------------------------- */

  var opened = new Promise(function (resolve, reject) {
    var request = indexedDB.open("visits", 1);
    request.onupgradeneeded = function () {
      request.result.createObjectStore("entries", { keyPath: "order", autoIncrement: true });
    };
    request.onsuccess = function () { resolve(request.result); };
    request.onerror = function () { reject(request.error); };
  });

  function inStore(mode, act) {
    return opened.then(function (database) {
      return new Promise(function (resolve, reject) {
        var deal = database.transaction("entries", mode);
        var request = act(deal.objectStore("entries"));
        deal.oncomplete = function () { resolve(request && request.result); };
        deal.onerror = deal.onabort = function () { reject(deal.error); };
      });
    });
  }

  function waiting() {
    return inStore("readonly", function (store) { return store.getAll(); }).then(function (rows) {
      return rows.filter(function (row) { return row.part === part; });
    });
  }

  function newId() {
    var bytes = new Uint8Array(16);
    crypto.getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join("");
  }

  function keep(entry) {
    entry.part = part;
    entry.client_id = newId();
    entry.taken_at = new Date().toISOString();
    return inStore("readwrite", function (store) { return store.add(entry); }).then(flush);
  }

  /* --- sending: the oldest first, the next when it has arrived ----------------------------------------------------- */

  function body(entry) {
    var data = new FormData();
    data.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    ["client_id", "kind", "taken_at", "point", "answer", "opinion", "words", "text"].forEach(function (name) {
      if (entry[name] !== undefined && entry[name] !== null) { data.append(name, entry[name]); }
    });
    (entry.drawings || []).forEach(function (one) { data.append("drawings", one); });
    if (entry.file) { data.append("file", entry.file, entry.file_name || "photo.jpg"); }
    return data;
  }

  function sendOne(entry) {
    return fetch(form.getAttribute("data-visit-send"), {
      method: "POST", body: body(entry), credentials: "same-origin", redirect: "error"
    }).then(function (answer) {
      if (answer.status === 422) {
        return answer.json().then(function (told) {
          refusals.push(told.message);
          return drop(entry);
        });
      }
      if (!answer.ok) { throw new Error("again"); }
      return drop(entry).then(function () { return entry.kind === "sign"; });
    });
  }

  function drop(entry) {
    return inStore("readwrite", function (store) { return store.delete(entry.order); });
  }

  function flush() {
    if (sending) { return waiting().then(tell); }
    sending = true;
    return waiting().then(function next(rows) {
      if (!rows.length) { return false; }
      return sendOne(rows[0]).then(function (signed) {
        return rows.length > 1 ? next(rows.slice(1)) : signed;
      });
    }).then(function (signed) {
      sending = false;
      if (signed === true && !refusals.length) {
        location.reload();
        return null;
      }
      /* What was noted while the last one was on its way. */
      return waiting().then(function (rows) { return rows.length ? flush() : tell(rows); });
    }, function () {
      sending = false;
      return waiting().then(tell);
    });
  }

  function tell(rows) {
    var words = rows.length
      ? "有" + rows.length + "条记在这台设备上，还没有发出；有网络时自动按顺序发出，不要清除浏览数据"
      : "都已经发出";
    status.hidden = false;
    status.textContent = refusals.concat([words]).join("；");
    status.setAttribute("data-visit-left", rows.length);
  }

  /* --- what the inspector does ---------------------------------------------------------------------------------- */

  function pointOf(control) {
    var place = control.closest("[data-visit-point]");
    return place ? Number(place.getAttribute("data-visit-point")) : null;
  }

  function answerOf(point) {
    var chosen = form.querySelector("[name='answer-" + point + "']:checked");
    return chosen ? chosen.value : "";
  }

  function showKept(point, words) {
    var place = form.querySelector("[data-visit-point='" + point + "'] [data-visit-kept]");
    if (place) {
      place.hidden = false;
      place.textContent = words;
    }
  }

  form.addEventListener("change", function (event) {
    var control = event.target, point = pointOf(control);
    if (point === null) { return; }
    if (control.type === "file") {
      if (!control.files.length) { return; }
      keep({ kind: "photo", point: point, file: control.files[0], file_name: control.files[0].name });
      showKept(point, "已记下照片：" + control.files[0].name);
      control.value = "";
    } else if (answerOf(point)) {
      keep({ kind: "answer", point: point, answer: answerOf(point), text: form.querySelector("#n-" + point).value });
    }
  });

  function takeDefect() {
    var text = form.querySelector("#defect"), photo = form.querySelector("#defect-photo");
    if (!text.value.trim()) { return Promise.resolve(); }
    var entry = { kind: "defect", text: text.value.trim() };
    if (photo.files.length) {
      entry.file = photo.files[0];
      entry.file_name = photo.files[0].name;
    }
    showDefect(entry.text);
    text.value = "";
    photo.value = "";
    return keep(entry);
  }

  function showDefect(text) {
    var row = document.createElement("li");
    row.textContent = text;
    document.querySelector("[data-visit-defects]").appendChild(row);
  }

  form.addEventListener("submit", function (event) {
    var button = event.submitter || document.activeElement;
    var signs = button && button.hasAttribute("data-visit-sign");
    event.preventDefault();
    form.removeAttribute("data-ys-sending");
    refusals = [];
    takeDefect().then(function () {
      if (!signs) { return flush(); }
      var opinion = form.querySelector("[name=opinion]:checked");
      return keep({
        kind: "sign",
        opinion: opinion ? opinion.value : "",
        words: form.querySelector("[name=words]").value,
        drawings: all("[name=drawings]:checked", form).map(function (one) { return one.value; })
      });
    });
  });

  /* What was noted before the page was opened again without network is shown again. */
  function restore(rows) {
    rows.forEach(function (row) {
      if (row.kind === "answer") {
        var control = form.querySelector("#a-" + row.point + "-" + row.answer);
        if (control) { control.checked = true; }
        form.querySelector("#n-" + row.point).value = row.text || "";
      } else if (row.kind === "photo") {
        showKept(row.point, "已记下照片：" + row.file_name);
      } else if (row.kind === "defect") {
        showDefect(row.text);
      }
    });
    if (rows.length) { tell(rows); }
  }

  waiting().then(restore).then(flush);
  window.addEventListener("online", flush);

  /* --- the page itself stays on the device ------------------------------------------------------------------------ */

  navigator.serviceWorker.register(form.getAttribute("data-visit-worker"), { scope: form.getAttribute("data-visit-scope") });
  navigator.serviceWorker.ready.then(function (ready) {
    var drawn = all("link[rel=stylesheet][href], link[rel=icon]").map(function (one) { return one.href; });
    drawn = drawn.concat(all("script[src]").map(function (one) { return one.src; }));
    ready.active.postMessage({ keep: [location.href.split("#")[0]].concat(drawn) });
  });
  navigator.serviceWorker.addEventListener("message", function (event) {
    if (event.data && event.data.kept) { form.setAttribute("data-visit-ready", ""); }
  });
})();
