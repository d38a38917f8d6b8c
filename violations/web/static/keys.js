// Keyboard for every page. A template gives an element data-key="x"; pressing x does what a click on it would.
// data-opens="id" opens that dialog. Without this file every page still works with a mouse, Tab and Enter.

const WRITES = 'input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable]';
const TAKES_SPACE = "a, button, input, summary, video";
const letterKeys = document.body.dataset.letterKeys !== "off";

function elementFor(key) {
  return [...document.querySelectorAll("[data-key]")].find((element) => element.dataset.key === key && !element.disabled);
}

/** A choice or a field takes the focus, so that keys go on from it; a button does not, or Space would press it again. */
function press(element) {
  if (element.matches("input")) element.focus();
  if (element.type === "text") element.select();
  else element.click();
}

/** J and K in a list: from where the focus is to the next or previous entry. */
function step(entries, by) {
  const at = entries.indexOf(document.activeElement);
  const to = at < 0 ? (by > 0 ? 0 : entries.length - 1) : Math.min(Math.max(at + by, 0), entries.length - 1);
  entries[to]?.focus();
}

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.(WRITES) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    document.getElementById("keys").showModal();
  } else if (!letterKeys || (event.key === " " && event.target.closest?.(TAKES_SPACE))) {
    return;
  } else {
    const key = event.key.toLowerCase();
    const entries = [...document.querySelectorAll("[data-entry]")];
    const element = elementFor(key);
    if (element) press(element);
    else if (entries.length && (key === "j" || key === "k")) step(entries, key === "j" ? 1 : -1);
    else return;
  }
  event.preventDefault();
}

document.addEventListener("keydown", onKey);
for (const button of document.querySelectorAll("[data-opens]")) {
  button.addEventListener("click", () => document.getElementById(button.dataset.opens).showModal());
}

// Screen readers announce a live region only when its text changes after loading.
const said = document.querySelector("[data-say]");
const live = document.getElementById("live");
if (said && live) setTimeout(() => { live.textContent = said.dataset.say; }, 150);
