// The fields of a question. What the server wrote works alone: a named control that takes the answer as a text, with
// `data-typed`, which says how the answer is typed. Here it gets what is easier to use; the control keeps the text.

import { button, fresh, make, typed } from "./dom.js";
import { grid } from "./grid.js";
import { inserting } from "./inserting.js";
import { interval } from "./interval.js";
import { ordering } from "./ordering.js";
import { reading } from "./reading.js";

const CELLS = { vector: grid, matrix: grid, list: grid, shape: grid, interval };
const READ = ["number", "list", "vector", "matrix", "shape", "interval", "set", "expression", "equation"];
const AS_TEXT = "markscheme-as-text";

/** Better every field below an element; `send` asks the server what it reads in a text. */
export function enhance(root, send) {
  for (const control of root.querySelectorAll("[data-typed]")) {
    const field = JSON.parse(control.dataset.typed);
    if (control.dataset.for) mirror(root, control, field, send);
    else if (control.matches("fieldset")) squares(control, field);
    else better(control, field, send);
  }
}

/** Every answer below an element as the text that is sent for it, by its control's name. */
export function answers(root) {
  const found = new Map();
  for (const it of root.querySelectorAll("input[name], textarea[name], select[name]")) {
    if (!it.closest("[data-typed]")) continue;
    if (it.type === "checkbox" || it.type === "radio") {
      const before = found.get(it.name) ?? "";
      found.set(it.name, it.checked ? (before ? `${before}, ${it.value}` : it.value) : before);
    } else found.set(it.name, it.value);
  }
  return found;
}

/** Put a text into the answer of a name, wherever it is shown. */
export function put(root, name, text) {
  for (const it of root.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
    if (it.type === "checkbox" || it.type === "radio") it.checked = text.split(/,\s*/).includes(it.value);
    else it.value = text;
    it.dispatchEvent(new CustomEvent("put"));
  }
}

function better(control, field, send) {
  const label = control.closest("label");
  if (!label) return; // a box of a figure, which is bettered below it
  const status = make("p", { className: "visually-hidden", role: "status" });
  const say = (said) => (status.textContent = said);
  const name = nameOf(label, control);
  const below = [];
  if (field.form in CELLS) cells(control, CELLS[field.form](control, field, say), label);
  if (field.form === "ordering") {
    cells(control, ordering(control, field.labels, linesAbove(label, field.labels), say), label);
  }
  if (field.form === "tokens") below.push(inserting(control, field.vocabulary, { label: "tokens" }));
  if (field.form === "sequences") {
    below.push(inserting(control, field.vocabulary, { label: "tokens", also: [["; next sequence", "; "]] }));
  }
  if (field.form === "expression" || field.form === "equation") {
    if (field.names) below.push(inserting(control, field.names, { label: "names", apart: false }));
    below.push(formula(control, name, send));
  }
  if (READ.includes(field.form) && send) {
    const told = reading(control, send);
    describe(control, told);
    below.push(told);
  }
  if (field.form === "program") void editor(control, label, name);
  (control.parentElement.closest(".field") ?? label).after(...below, status);
}

/** What a label says, without what stands in its control. */
function nameOf(label, control) {
  const copy = label.cloneNode(true);
  copy.querySelector(control.tagName)?.remove();
  return copy.textContent.trim().replace(/\s+/g, " ");
}

function describe(control, element) {
  element.id = fresh("told");
  control.setAttribute("aria-describedby", element.id);
}

/** Cells in place of a control, which stays one button away. */
function cells(control, made, label) {
  const asked = make("span", { className: "asked", id: fresh("asked") });
  asked.append(...[...label.childNodes].filter((it) => it !== control));
  control.setAttribute("aria-labelledby", asked.id);
  const toggle = button("", "", () => turn(!isText(), true), "plain");
  const element = make("div", { className: "field", role: "group", "aria-labelledby": asked.id });
  label.replaceWith(element);
  element.append(asked, made.element, control, toggle);
  const isText = () => !control.hidden;
  function turn(asText, byHand) {
    const fits = asText || made.show(control.value);
    control.hidden = fits && !asText;
    made.element.hidden = !control.hidden;
    toggle.textContent = control.hidden ? "type it as text" : "use boxes";
    toggle.disabled = false;
    if (!byHand) return;
    if (!fits) toggle.textContent = "use boxes (what stands here does not fit in boxes)";
    else localStorage.setItem(AS_TEXT, asText ? "yes" : "");
    control.hidden ? made.focus() : control.focus();
  }
  control.addEventListener("put", () => turn(isText(), false));
  turn(localStorage.getItem(AS_TEXT) === "yes", false);
}

/** The lines of an ordering, as the question above shows them: copies of their nodes, by label. */
function linesAbove(label, labels) {
  const texts = new Map();
  for (const it of label.closest(".question, body").querySelectorAll("[data-option]")) {
    if (labels.includes(it.dataset.option)) texts.set(it.dataset.option, () => [...it.cloneNode(true).childNodes]);
  }
  return texts;
}

/** A button that fetches MathLive, and back. */
function formula(control, name, send) {
  const row = make("div", { className: "formula" });
  const toggle = button("∑ formula editor", "", async () => {
    if (row.firstChild !== toggle) return back();
    toggle.disabled = true;
    toggle.textContent = "fetching the formula editor …";
    try {
      const { mathField } = await import("./math.js");
      const said = control.value.trim() && send ? await send({ name: control.name, text: control.value }).catch(() => null) : null;
      const element = await mathField(control, said?.latex ?? control.value, name);
      row.prepend(element);
      control.hidden = true;
      element.focus();
      toggle.textContent = "type it as text";
    } catch {
      toggle.textContent = "∑ formula editor (could not be fetched: try again)";
    }
    toggle.disabled = false;
  }, "plain");
  function back() {
    if (row.firstChild !== toggle) row.firstChild.remove();
    control.hidden = false;
    toggle.textContent = "∑ formula editor";
    control.focus();
  }
  control.addEventListener("put", () => row.firstChild !== toggle && back());
  row.append(toggle);
  return row;
}

async function editor(control, label, name) {
  try {
    const { program } = await import("./program.js");
    const help = make("p", { className: "quiet", textContent: "Tab leaves the editor; Ctrl+] and Ctrl+[ indent." });
    const asked = make("div", { className: "asked" });
    asked.append(...[...label.childNodes].filter((it) => it !== control));
    const element = make("div", { className: "editor" });
    control.hidden = true;
    control.setAttribute("aria-label", name);
    label.replaceWith(make("div", { className: "field" }, asked, element, help, control));
    const made = program(control, element, name, help.textContent);
    control.addEventListener("put", () => made.show(control.value));
  } catch {
    // the textarea stays, and takes the program as well
  }
}

/** Squares: one of them can be emptied again; "none of these" stands alone. */
function squares(fieldset, field) {
  const boxes = [...fieldset.querySelectorAll("input")];
  if (field.form !== "all that apply") {
    const clear = button("clear", "", () => {
      const was = boxes.find((it) => it.checked);
      for (const it of boxes) it.checked = false;
      boxes[0].focus();
      if (was) typed(was);
    }, "plain");
    const look = () => (clear.hidden = !boxes.some((it) => it.checked));
    for (const event of ["input", "put"]) fieldset.addEventListener(event, look, true);
    fieldset.append(clear);
    return look();
  }
  fieldset.addEventListener("input", (event) => {
    if (!event.target.checked) return;
    for (const it of boxes) if (it !== event.target && (it.value === "none" || event.target.value === "none")) it.checked = false;
  });
}

/** A box of a figure, once more below it, where there is room to type and to see what was read. */
function mirror(root, asked, field, send) {
  const box = root.querySelector(`input[name="${CSS.escape(asked.dataset.for)}"]`);
  if (!box) return;
  const input = make("input", { autocomplete: "off", spellcheck: false });
  const label = make("label", {});
  label.append(...asked.childNodes, " ", input);
  asked.append(label);
  asked.removeAttribute("data-typed");
  input.value = box.value;
  const own = { name: box.name, set value(text) {} };
  input.addEventListener("input", (event) => {
    event.stopPropagation();
    box.value = input.value;
    typed(box);
  });
  const follow = () => {
    if (document.activeElement !== input && !asked.contains(document.activeElement)) {
      input.value = box.value;
      input.dispatchEvent(new CustomEvent("put"));
    }
  };
  box.addEventListener("input", follow);
  box.addEventListener("put", follow);
  better(input, field, send && (({ text }, signal) => send({ name: own.name, text }, signal)));
}
