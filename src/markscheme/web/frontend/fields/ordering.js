// Lines put in order, by buttons or by the keyboard; lines that do not belong stay out.

import { button, make, typed } from "./dom.js";

/** `texts` has what each line says, as nodes, by label. */
export function ordering(control, labels, texts, say) {
  const used = make("ol", { className: "lines" });
  const unused = make("ul", { className: "lines" });
  const element = make("div", { className: "ordering" },
    make("p", { className: "quiet", textContent: "In order (Alt with ↑ or ↓ moves a line):" }), used,
    make("p", { className: "quiet", textContent: "Not used:" }), unused);
  let order = [];

  function line(label, ...buttons) {
    const text = make("span", { className: "text" }, make("strong", { textContent: `${label}. ` }), ...(texts.get(label)?.() ?? []));
    return make("li", { "data-label": label }, text, make("span", { className: "tools" }, ...buttons));
  }

  function draw(focus) {
    used.replaceChildren(...order.map((label, place) => {
      const it = line(label,
        button("↑", `move ${label} up`, () => move(label, -1)),
        button("↓", `move ${label} down`, () => move(label, 1)),
        button("✕", `take ${label} out`, () => take(label)));
      it.querySelectorAll("button")[0].disabled = place === 0;
      it.querySelectorAll("button")[1].disabled = place === order.length - 1;
      return it;
    }));
    unused.replaceChildren(...labels.filter((it) => !order.includes(it)).map((label) =>
      line(label, button("add", `add ${label} at the end`, () => put(label)))));
    used.hidden = !order.length;
    if (focus) focusOn(...focus);
  }

  function focusOn(label, which) {
    const buttons = [...element.querySelectorAll(`[data-label="${CSS.escape(label)}"] button`)];
    (buttons[which]?.disabled ? buttons.find((it) => !it.disabled) : buttons[which] ?? buttons[0])?.focus();
  }

  function changed(said, ...focus) {
    draw(focus);
    control.value = order.join(", ");
    typed(control);
    say(said);
  }

  function move(label, by) {
    const from = order.indexOf(label), to = from + by;
    if (to < 0 || to >= order.length) return;
    order.splice(to, 0, ...order.splice(from, 1));
    changed(`${label} is line ${to + 1} of ${order.length}.`, label, by < 0 ? 0 : 1);
  }

  function put(label) {
    order.push(label);
    const next = labels.find((it) => !order.includes(it));
    changed(`${label} is line ${order.length}.`, next ?? label, next ? 0 : 2);
  }

  function take(label) {
    order = order.filter((it) => it !== label);
    changed(`${label} is not used.`, label, 0);
  }

  used.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by || !event.altKey) return;
    event.preventDefault();
    move(event.target.closest("li").dataset.label, by);
  });

  function show(text) {
    const said = text.split(/[\s,;]+/).filter(Boolean);
    if (new Set(said).size < said.length || said.some((it) => !labels.includes(it))) return false;
    order = said;
    draw();
    return true;
  }
  return { element, show, focus: () => element.querySelector("button")?.focus() };
}
