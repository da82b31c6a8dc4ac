// Tokens and names, to be tapped into a text that can as well be typed.

import { button, make, typed } from "./dom.js";

/** Buttons that put words where the cursor stands. */
export function inserting(control, words, { label, apart = true, also = [] }) {
  let place = null; // where the cursor was before a button took the focus
  const keep = () => (place = [control.selectionStart, control.selectionEnd]);
  for (const event of ["blur", "keyup", "click", "select"]) control.addEventListener(event, keep);

  function put(word) {
    const [from, to] = place ?? [control.value.length, control.value.length];
    const [before, after] = [control.value.slice(0, from), control.value.slice(to)];
    const space = apart && before && !/\s$/.test(before) && !/^\W\s*$/.test(word) ? " " : "";
    const behind = apart && after && !/^[\s;]/.test(after) ? " " : "";
    control.value = before + space + word + behind + after;
    place = Array(2).fill((before + space + word).length);
    control.setSelectionRange(...place);
    typed(control);
  }

  function takeBack() {
    const [from, to] = place ?? [control.value.length, control.value.length];
    const before = from === to ? control.value.slice(0, from).replace(/\s*(?:[^\s;]+|;)\s*$/, "") : control.value.slice(0, from);
    control.value = before + control.value.slice(to);
    place = Array(2).fill(before.length);
    control.setSelectionRange(...place);
    typed(control);
  }

  const buttons = words.map((word) => button(word, "", () => put(word), "token"));
  const others = also.map(([text, word]) => button(text, "", () => put(word)));
  const back = apart ? [button("⌫", "take the last one back", takeBack)] : [];
  return make("div", { className: "tokens", role: "group", "aria-label": label }, ...buttons, ...others, ...back);
}
