// What a page says of itself while it waits, and when the network is gone. The words stand in its #state, translated.
// Without a connection nothing is sent: the page stays, with all that was typed.
"use strict";
(() => {
  document.querySelector(".side [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  const box = document.getElementById("state");
  if (!box) return;
  const SLOW = 400; // milliseconds: what comes sooner needs no word
  let timer = 0;
  const say = (what) => {
    clearTimeout(timer);
    box.textContent = ""; // so that the same words are read out again
    box.dataset.now = what;
    if (what) setTimeout(() => { if (box.dataset.now === what) box.textContent = box.dataset[what]; }, 20);
  };
  const hold = (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    say("offline");
  };
  const leads = (link) => link && !link.getAttribute("href").startsWith("#") && !link.target;
  addEventListener("submit", hold, true);
  addEventListener("click", (event) => { if (leads(event.target.closest?.("a[href]"))) hold(event); }, true);
  addEventListener("offline", () => say("offline"));
  addEventListener("online", () => { if (box.dataset.now === "offline") say("online"); });
  if (!navigator.onLine) say("offline");

  const asksByItself = (event) => event.detail.elt.getAttribute("hx-trigger")?.startsWith("every");
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (asksByItself(event)) return;
    clearTimeout(timer);
    timer = setTimeout(() => say("loading"), SLOW);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    clearTimeout(timer);
    if (event.detail.successful && box.dataset.now !== "online") say("");
  });
  for (const [name, what] of [["sendError", "offline"], ["timeout", "offline"], ["responseError", "failed"]]) {
    document.addEventListener(`htmx:${name}`, () => say(what));
  }
})();
