// Vectors, lists, shapes and matrices cell by cell: a grid that grows, and takes what is pasted.

import { button, make, typed } from "./dom.js";
import { isStrange, rowsOf, written } from "./table.js";

const MOST = 24;
const KEYS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** What shows the text of a control in cells: its element, and `show`, which says whether a text fits. */
export function grid(control, field, say) {
  const isMatrix = field.form === "matrix";
  const fixed = { rows: isMatrix ? field.rows : 1, columns: isMatrix ? field.columns : (field.rows ?? field.columns) };
  const body = make("tbody");
  const table = make("table", { className: "cells", role: "presentation" }, body);
  const sides = make("span", { className: `brackets ${field.form}` }, table);
  const tools = make("span", { className: "tools" });
  const element = make("div", { className: "grid" }, sides, tools);
  let cells = [];

  const height = () => cells.length;
  const width = () => cells[0]?.length ?? 0;
  const words = () => cells.map((row) => row.map((it) => it.value));

  function newCell() {
    return make("input", { type: "text", className: "cell", autocomplete: "off", spellcheck: false, autocapitalize: "off", size: 4 });
  }

  function resize(rows, columns) {
    const [high, wide] = [clamp(fixed.rows ?? rows), clamp(fixed.columns ?? columns)];
    while (cells.length > high) cells.pop();
    while (cells.length < high) cells.push([]);
    for (const row of cells) {
      while (row.length > wide) row.pop();
      while (row.length < wide) row.push(newCell());
    }
    body.replaceChildren(...cells.map((row) => make("tr", {}, ...row.map((it) => make("td", {}, it)))));
    cells.forEach((row, i) => row.forEach((it, j) => {
      it.setAttribute("aria-label", isMatrix ? `row ${i + 1}, column ${j + 1}` : `entry ${j + 1}`);
    }));
    dim();
  }

  function dim() {
    for (const it of tools.children) it.setAttribute("aria-disabled", `${!it.isOpen()}`);
  }

  function write() {
    for (const it of cells.flat()) {
      it.toggleAttribute("aria-invalid", false);
      if (isStrange(it.value)) it.setAttribute("aria-invalid", "true");
      it.size = Math.min(24, Math.max(4, it.value.length + 1));
    }
    control.value = written(words(), field.form);
    typed(control);
  }

  function show(text) {
    let rows = text.trim() ? rowsOf(text) : [[""]];
    if (rows && !isMatrix && rows.length > 1) rows = rows[0].length === 1 ? [rows.map((row) => row[0])] : null;
    if (!rows || rows.length > MOST || rows[0].length > MOST) return false;
    if (!text.trim()) {
      resize(2, 2);
      for (const it of cells.flat()) it.value = "";
      return true;
    }
    if ((fixed.rows && rows.length !== fixed.rows) || (fixed.columns && rows[0].length !== fixed.columns)) return false;
    resize(rows.length, rows[0].length);
    fill(rows, 0, 0);
    return true;
  }

  function fill(rows, top, left) {
    rows.forEach((row, i) => row.forEach((it, j) => {
      const into = cells[top + i]?.[left + j];
      if (into) {
        into.value = it;
        into.size = Math.min(24, Math.max(4, it.length + 1));
      }
    }));
    dim();
  }

  function placeOf(target) {
    const row = cells.findIndex((it) => it.includes(target));
    return [row, row < 0 ? -1 : cells[row].indexOf(target)];
  }

  function go(row, column) {
    const it = cells[row]?.[column];
    it?.focus();
    it?.select();
    return Boolean(it);
  }

  body.addEventListener("input", (event) => {
    event.stopPropagation();
    write();
  });

  body.addEventListener("keydown", (event) => {
    const [row, column] = placeOf(event.target);
    if (row < 0 || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const at = event.target;
    if (event.key === "Enter") {
      event.preventDefault();
      if (!isMatrix) next(row, column);
      else if (go(row + 1, 0)) return;
      else if (!fixed.rows && height() < MOST) {
        resize(height() + 1, width());
        write();
        go(row + 1, 0);
      }
    } else if (event.key === "," || event.key === ";" || event.key === " ") {
      event.preventDefault();
      if (!at.value.trim()) return; // `1, 2` is typed as it is written: the space after the comma says nothing more
      if (event.key === ";" && isMatrix) {
        if (row + 1 === height() && !fixed.rows && height() < MOST) {
          resize(height() + 1, width());
          write();
        }
        go(row + 1, 0);
      } else next(row, column);
    } else if (event.key in KEYS) {
      const [down, right] = KEYS[event.key];
      const atEdge = right < 0 ? at.selectionEnd === 0 : at.selectionStart === at.value.length;
      const selected = at.selectionStart === 0 && at.selectionEnd === at.value.length;
      if (right && !atEdge && !selected) return;
      if (go(row + down, column + right)) event.preventDefault();
    } else if (event.key === "Backspace" && !at.value && (column || row)) {
      event.preventDefault();
      column ? go(row, column - 1) : go(row - 1, width() - 1);
    }
  });

  /** To the next cell; past the last of a first row the grid grows. */
  function next(row, column) {
    if (go(row, column + 1)) return;
    if (row === 0 && !fixed.columns && width() < MOST && (height() === 1 || isBlankBelow())) {
      resize(height(), width() + 1);
      write();
      go(row, column + 1);
    } else go(row + 1, 0);
  }

  const isBlankBelow = () => cells.slice(1).flat().every((it) => !it.value.trim());

  body.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    let rows = rowsOf(text);
    if (!rows || rows.length * rows[0].length < 2) return;
    if (!isMatrix) {
      if (rows.length > 1 && rows[0].length > 1) {
        event.preventDefault();
        say(`That has ${rows.length} rows and ${rows[0].length} columns: it does not fit one row.`);
        return;
      }
      rows = [rows.flat()];
    }
    const [top, left] = placeOf(event.target);
    event.preventDefault();
    const [high, wide] = [top + rows.length, left + rows[0].length];
    if (high > (fixed.rows ?? MOST) || wide > (fixed.columns ?? MOST)) {
      say(`That has ${rows.length} × ${rows[0].length} entries: more than fit here.`);
      return;
    }
    resize(Math.max(height(), high), Math.max(width(), wide));
    fill(rows, top, left);
    write();
    go(high - 1, wide - 1);
    say(isMatrix ? `Pasted ${rows.length} × ${rows[0].length} entries.` : `Pasted ${rows[0].length} entries.`);
  });

  function tool(text, label, isOpen, act) {
    const made = button(text, label, () => {
      if (!isOpen()) return say("Only an empty one is taken away: clear it first.");
      act();
      write();
    });
    made.isOpen = isOpen;
    tools.append(made);
  }

  const lastRow = () => cells.at(-1).every((it) => !it.value.trim());
  const lastColumn = () => cells.every((row) => !row.at(-1).value.trim());
  const noun = isMatrix ? "column" : "entry";
  if (!fixed.columns) {
    tool(`+ ${noun}`, "", () => width() < MOST, () => resize(height(), width() + 1));
    tool(`− ${noun}`, "", () => width() > 1 && lastColumn(), () => resize(height(), width() - 1));
  }
  if (!fixed.rows) {
    tool("+ row", "", () => height() < MOST, () => resize(height() + 1, width()));
    tool("− row", "", () => height() > 1 && lastRow(), () => resize(height() - 1, width()));
  }
  control.addEventListener("input", dim);
  return { element, show, focus: () => go(0, 0) };
}

const clamp = (count) => Math.max(1, Math.min(MOST, count));
