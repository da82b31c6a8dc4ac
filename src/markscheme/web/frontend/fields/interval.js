// An interval: a bracket, an end, an end, a bracket.

import { make, typed } from "./dom.js";
import { cell } from "./table.js";

const TEXT = /^\s*([[(\]])\s*([^,;[\]()]*?)\s*[,;]\s*([^,;[\]()]*?)\s*([\])[])\s*$/;

export function interval(control) {
  const [opening, closing] = [["[", "("], ["]", ")"]].map(([closed, open], i) =>
    make("select", { "aria-label": i ? "right end" : "left end", className: "bracket" },
      make("option", { value: closed, textContent: `${closed} included` }),
      make("option", { value: open, textContent: `${open} left out` })));
  const [low, high] = ["from", "to"].map((label) =>
    make("input", { type: "text", "aria-label": label, autocomplete: "off", spellcheck: false, autocapitalize: "off", size: 6,
      placeholder: label === "from" ? "from, or -inf" : "to, or inf" }));
  const element = make("div", { className: "interval" }, opening, low, make("span", { textContent: "," }), high, closing);

  element.addEventListener("input", (event) => {
    event.stopPropagation();
    const ends = [low, high].map((it) => cell(it.value));
    const isBlank = !low.value.trim() && !high.value.trim();
    control.value = isBlank ? "" : `${opening.value}${ends[0]}, ${ends[1]}${closing.value}`;
    typed(control);
  });
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === low) high.focus();
    if (event.key === "Enter") event.preventDefault();
  });

  function show(text) {
    const found = text.trim() ? TEXT.exec(text) : ["", "[", "", "", "]"];
    if (!found) return false;
    opening.value = found[1] === "[" ? "[" : "(";
    closing.value = found[4] === "]" ? "]" : ")";
    for (const [it, end] of [[low, found[2]], [high, found[3]]]) it.value = end === "?" ? "" : end.replace(/^\?"(.*)"$/, "$1");
    return true;
  }
  return { element, show, focus: () => low.focus() };
}
