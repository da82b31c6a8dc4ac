// Typing off scanned pages, by keyboard: what is typed is read while it is typed, and crops are clicked out. The page works without it.

import { reading } from "./fields/reading.js";
import { send } from "./talking.js";

const form = document.getElementById("typing");
const said = (name) => form.elements[name].value;
const boxes = () => [...form.querySelectorAll('input[name="keep"]')];

function put(text) {
  form.elements.text.value = text;
  form.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
}

function count() {
  const kept = boxes().filter((it) => it.checked).length;
  document.getElementById("kept").textContent = boxes().length > 1 ? ` for ${kept === boxes().length ? "all " : ""}${kept}` : "";
}

/** To the crop before or after, or a row up or down: those stand where the eye looks. */
function move(from, key) {
  const all = boxes();
  const place = (it) => it.closest("li").getBoundingClientRect();
  const here = place(from);
  const beside = { ArrowRight: 1, ArrowLeft: -1 }[key];
  if (beside) return all[all.indexOf(from) + beside]?.focus();
  const other = all.filter((it) => (key === "ArrowDown" ? place(it).top > here.top : place(it).top < here.top));
  const near = (it) => Math.abs(place(it).top - here.top) * 100 + Math.abs(place(it).left - here.left);
  const next = other.sort((a, b) => near(a) - near(b))[0];
  (next ?? (key === "ArrowUp" ? form.elements.text : from)).focus();
}

function act(event) {
  const { key, code, target, altKey } = event;
  if (event.ctrlKey || event.metaKey || event.isComposing) return false;
  const inField = target.matches('input[name="text"]');
  const digit = /^Digit[1-9]$/.test(code ?? "") && Number(code.slice(5));
  if (digit && (altKey || !inField)) {
    const offer = form.querySelectorAll(".offer")[digit - 1];
    offer?.click();
    return Boolean(offer);
  }
  if (altKey) return false;
  if (inField) {
    if (key === "Escape") target.blur();
    if (key === "ArrowDown") boxes()[0].focus();
    return key === "Escape" || key === "ArrowDown";
  }
  if (key.startsWith("Arrow") && target.matches('input[name="keep"]')) {
    move(target, key);
    return true;
  }
  if (key === "Enter" && !target.matches("a, button, summary")) {
    form.requestSubmit();
    return true;
  }
  const link = { j: "next", k: "previous" }[key];
  if (link) document.getElementById(link)?.click();
  else if (key === "b") put(form.dataset.nothing);
  else if (key === "t") form.elements.text.focus();
  else if (key === "x") {
    const kept = boxes().every((it) => it.checked);
    for (const it of boxes()) it.checked = !kept;
    count();
  } else return false;
  return true;
}

function begin() {
  const read = ({ text }, signal) => send(form.dataset.read, { code: said("code"), question: said("question"), answer: said("answer"), text }, signal);
  document.getElementById("read").append(reading(form.elements.text, read));
  form.addEventListener("change", count);
  for (const offer of form.querySelectorAll(".offer")) offer.addEventListener("click", () => put(offer.dataset.text));
  document.addEventListener("keydown", (event) => {
    if (!event.defaultPrevented && act(event)) event.preventDefault();
  });
  // Two presses send once; the page that comes back from the history may send again.
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => {
    delete form.dataset.sent;
    count();
  });
  form.elements.text.select();
}

if (form) begin();
else {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.target.matches("a, button, summary")) document.getElementById("next")?.click();
  });
}
