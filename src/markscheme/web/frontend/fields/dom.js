// Making elements. A stranger's text enters a page as text alone.

let count = 0;

/** An element with properties, attributes (`aria-…`, `data-…`, `role`) and children. */
export function make(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name.includes("-") || name === "role") made.setAttribute(name, value);
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made[name] = value;
  }
  made.append(...children);
  return made;
}

/** A button that submits nothing. */
export const button = (text, label, onclick, className = "") =>
  make("button", { type: "button", textContent: text, className, onclick, ...(label ? { "aria-label": label } : {}) });

/** A name that no other element of the page has. */
export const fresh = (stem) => `${stem}-${++count}`;

/** What a person just did with a field, for all who listen to its input. */
export const typed = (control) => control.dispatchEvent(new Event("input", { bubbles: true }));

const MATH = "http://www.w3.org/1998/Math/MathML";

/** MathML that the server made, as nodes; anything else in it is left out. */
export function mathml(text) {
  const template = document.createElement("template");
  template.innerHTML = `<math>${text}</math>`;
  for (const it of template.content.querySelectorAll("*")) if (it.namespaceURI !== MATH) it.remove();
  return template.content;
}
