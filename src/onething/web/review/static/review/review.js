/* Keys and papers of the task page. Everything here is also a link or a button; without this file the page works the same.
   Written for engines back to Chromium 78 (no optional chaining, no modules). */
(function () {
  "use strict";

  function all(selector, root) {
    return Array.prototype.slice.call((root || document).querySelectorAll(selector));
  }

  /* --- papers: each keeps its own pane, so that the place in it is kept ----------------------------------------- */

  var links = all("[data-review-paper]");

  function show(number) {
    var pane = document.querySelector("[data-review-pane='" + number + "']");
    if (!pane) { return false; }
    all("[data-review-src]", pane).forEach(function (one) {
      one.src = one.getAttribute("data-review-src");
      one.removeAttribute("data-review-src");
    });
    all("[data-review-pane]").forEach(function (one) { one.hidden = one !== pane; });
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

  /* --- turning and enlarging a picture -------------------------------------------------------------------------- */

  all("[data-review-tools]").forEach(function (tools) {
    var image = tools.closest("[data-review-pane]").querySelector("img");
    var turned = 0;
    var zoomed = 0;
    tools.hidden = false;
    tools.addEventListener("click", function (event) {
      var button = event.target;
      if (button.hasAttribute("data-review-turn")) { turned = (turned + 1) % 4; }
      if (button.hasAttribute("data-review-zoom")) {
        zoomed = Math.min(3, Math.max(0, zoomed + Number(button.getAttribute("data-review-zoom"))));
      }
      image.className = "ys-viewer__image"
        + (turned ? " ys-review-turned-" + turned : "") + (zoomed ? " ys-review-zoomed-" + zoomed : "");
    });
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
