// Deciding pages by keyboard. The page works without it: each decision is a form.

const byId = (name) => document.getElementById(name);
const isField = (target) => target.matches("input:not([type=hidden])");

/** A button is pressed, a link is followed, a field is entered. */
function use(found) {
  if (!found) return false;
  if (isField(found)) found.select();
  else found.click();
  return true;
}

function act({ key, target, ctrlKey, metaKey, altKey, isComposing }) {
  if (ctrlKey || metaKey || altKey || isComposing) return false;
  if (isField(target)) {
    if (key === "Escape") target.blur();
    return key === "Escape";
  }
  if (/^[1-9]$/.test(key)) return use(document.querySelectorAll(".pick")[key - 1]);
  if (key === "Enter" && !target.matches("a, button, summary")) {
    return use(document.querySelector("#offered button") ?? byId("place") ?? (document.querySelector(".pick") ? null : byId("next")));
  }
  const name = { j: "next", k: "previous", p: "place", e: "extra", b: "blank", d: "discard", u: "undo", r: "turn" }[key];
  if (name === "blank" && !byId("blank")) return use(document.querySelector("#offered button"));
  return use(name && byId(name));
}

document.addEventListener("keydown", (event) => {
  if (!event.defaultPrevented && !event.repeat && act(event)) event.preventDefault();
});

// Two presses send once; the page that comes back from the history may send again.
let sent = false;
document.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
});
addEventListener("pageshow", () => {
  sent = false;
});
