// Keys for people who decide many things in a row: [data-key] elements answer to the key whose name they carry ("A").
// Keys are known by their place, so that they work with a Cyrillic layout too. While somebody writes they mean letters;
// Escape leaves the field. [data-keys] is the box that switches them on and off; the browser remembers it.
"use strict";
(() => {
  const box = document.querySelector("[data-keys]");
  if (!box) return;
  const STORE = "cle-keys";
  const remembered = () => { try { return localStorage.getItem(STORE) !== "off"; } catch { return true; } };
  const remember = (on) => { try { localStorage.setItem(STORE, on ? "on" : "off"); } catch { /* private window */ } };
  const writes = (element) => element instanceof HTMLElement &&
    (element.matches("textarea, select, [contenteditable]") ||
      (element.matches("input") && !["checkbox", "radio", "button", "submit"].includes(element.type)));
  box.closest("[hidden]")?.removeAttribute("hidden");
  box.checked = remembered();
  box.addEventListener("change", () => remember(box.checked));
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape" && writes(document.activeElement)) { document.activeElement.blur(); return; }
    if (!box.checked || event.repeat || writes(event.target)) return;
    const target = document.querySelector(`[data-key="${event.code.replace(/^Key/, "")}"]`);
    if (!target) return;
    event.preventDefault();
    if (writes(target)) target.focus(); else target.click();
  });
})();
