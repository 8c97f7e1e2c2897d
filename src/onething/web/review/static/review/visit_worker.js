/* Keeps the inspector's own pages, and what they are drawn with, on the device: the network first, what was kept when there is none.
   Nothing but the pages of this scope is ever kept; what was signed is forgotten. For engines back to Chromium 78. */
"use strict";

var KEPT = "visit-pages";

self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });

self.addEventListener("message", function (event) {
  var told = event.data || {};
  event.waitUntil(caches.open(KEPT).then(function (cache) {
    if (told.forget) { return cache.delete(told.forget); }
    return Promise.all((told.keep || []).map(function (address) {
      return fetch(address, { credentials: "same-origin" }).then(function (answer) {
        if (answer.ok && !answer.redirected) { return cache.put(address, answer); }
      });
    }));
  }).then(function () {
    if (event.source) { event.source.postMessage({ kept: true }); }
  }));
});

self.addEventListener("fetch", function (event) {
  if (event.request.method !== "GET") { return; }
  event.respondWith(fetch(event.request).catch(function (lost) {
    return caches.match(event.request.url, { ignoreVary: true }).then(function (kept) {
      if (kept) { return kept; }
      throw lost;
    });
  }));
});
