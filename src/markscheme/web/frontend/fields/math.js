// MathLive, fetched when its button is pressed: a formula is typeset while it is typed, and kept as LaTeX in the input.

import { make, typed } from "./dom.js";

let loaded;

function load() {
  loaded ??= import("mathlive").then(async ({ MathfieldElement }) => {
    MathfieldElement.fontsDirectory = null; // they come with the style
    MathfieldElement.soundsDirectory = null;
    MathfieldElement.plonkSound = null;
    const style = make("link", { rel: "stylesheet", href: new URL(MATH_STYLE, import.meta.url).href });
    await new Promise((done, failed) => {
      style.onload = done;
      style.onerror = failed;
      document.head.append(style);
    });
    return MathfieldElement;
  });
  loaded.catch(() => (loaded = undefined)); // pressed again, it is fetched again
  return loaded;
}

/** A formula field for a control; `latex` is what the control says now. */
export async function mathField(control, latex, label) {
  const MathfieldElement = await load();
  const element = new MathfieldElement();
  element.setAttribute("aria-label", label);
  element.addEventListener("mount", () => {
    element.menuItems = [];
    element.mathVirtualKeyboardPolicy = "auto";
  });
  element.addEventListener("input", (event) => {
    event.stopPropagation();
    control.value = element.getValue("latex-without-placeholders");
    typed(control);
  });
  element.value = latex;
  return element;
}
