// What the server reads in a text, while it is typed: as mathematics, or the complaint with its place.

import { make, mathml } from "./dom.js";

const PAUSE = 350;

/** Watch a control and tell below it what was read; returns the element that tells. */
export function reading(control, send) {
  const element = make("p", { className: "reading", role: "status" });
  let timer, running;

  async function ask() {
    running?.abort();
    const text = control.value;
    if (!text.trim()) return tell();
    running = new AbortController();
    const { signal } = running;
    try {
      const said = await send({ name: control.name, text }, signal);
      if (!signal.aborted && control.value === text) tell(said, text);
    } catch {
      if (!signal.aborted) tell(); // offline, or asked too often: the text itself is what counts
    }
  }

  function tell(said, text) {
    element.classList.toggle("odd", Boolean(said?.complaint));
    if (!said) element.replaceChildren();
    else if (said.complaint) element.replaceChildren("Not read: ", said.complaint, ...placed(text, said.position));
    else if (said.mathml) element.replaceChildren("Read as ", mathml(said.mathml));
    else element.replaceChildren();
    element.dataset.of = said ? text : "";
  }

  control.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  if (control.value.trim()) ask();
  return element;
}

/** The text with the place marked that a complaint is about; places are counted in characters. */
function placed(text, position) {
  if (position === undefined || position === null) return [];
  const characters = [...text];
  const [before, at, after] = [characters.slice(0, position), characters.slice(position, position + 1), characters.slice(position + 1)];
  return [make("code", { className: "place" }, before.slice(-24).join(""), make("mark", { textContent: at.join("") || "␣" }), after.slice(0, 24).join(""))];
}
