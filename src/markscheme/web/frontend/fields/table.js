// Numbers in rows and columns, as text of any origin: a spreadsheet, LaTeX, Python, MATLAB, or typed.
// What a cell cannot hold is never dropped: a blank among others is written `?`, which nothing reads as a number,
// and a cell with what separates cells is written `?"…"`.

const LATEX = /\\begin\{([a-zA-Z]*(?:matrix|array)\*?)\}(?:\{[^}]*\})?([\s\S]*?)\\end\{\1\}/;
const CALL = /^(?:[A-Za-z_]\w*\.)*(?:array|tensor|matrix|Matrix|asarray)\s*\(([\s\S]*?)(?:,\s*dtype\s*=[^()]*)?\)$/;
const OPENING = "[({", CLOSING = "])}";

/** Rows of cells, or null where the text is no table. */
export function rowsOf(text) {
  let rest = text.trim();
  const latex = LATEX.exec(rest);
  if (latex) {
    const around = rest.replace(LATEX, "").replace(/\\(?:left|right|,|;| )|[$[\]()\s]/g, "");
    if (around) return null;
    return even(latex[2].replace(/\\hline/g, "").trim().replace(/\\\\\s*$/, "").split(/\\\\(?:\[[^\]]*\])?/).map((row) => row.split("&")));
  }
  rest = CALL.exec(rest)?.[1].trim() ?? rest;
  if (isWrapped(rest)) {
    const inner = rest.slice(1, -1).trim();
    const nested = pieces(inner, /[,;\s]/);
    if (nested.length && nested.every(isWrapped)) return even(nested.map((row) => cellsOf(row.slice(1, -1))));
    rest = inner;
  }
  const rows = pieces(rest, /[;\n\r]/);
  return rows.some((row) => /^[[({]/.test(row) && isWrapped(row)) ? null : even(rows.map(cellsOf));
}

/** Cells of a row: between tabs, else commas (or &), else spaces. */
function cellsOf(row) {
  for (const between of ["\t", ",", "&"]) if (splits(row, between)) return split(row, between);
  return pieces(row, /\s/);
}

const splits = (text, between) => split(text, between).length > 1;

/** The parts between a separator that stands in no bracket and no quotation. */
function split(text, between) {
  const found = [""];
  let depth = 0, quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && OPENING.includes(character)) depth++;
    else if (!quoted && CLOSING.includes(character)) depth--;
    const separates = between instanceof RegExp ? between.test(character) : character === between;
    if (separates && depth === 0 && !quoted) found.push("");
    else found[found.length - 1] += character;
  }
  return found;
}

const pieces = (text, between) => split(text, between).map((it) => it.trim()).filter(Boolean);

/** Whether one pair of brackets holds all of a text. */
function isWrapped(text) {
  if (text.length < 2 || !OPENING.includes(text[0])) return false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (OPENING.includes(text[i])) depth++;
    else if (CLOSING.includes(text[i]) && --depth === 0) return i === text.length - 1;
  }
  return false;
}

/** Cells without space around them; null where rows differ in length or a cell holds brackets. */
function even(rows) {
  const clean = rows.map((row) => row.map((cell) => unquoted(cell.trim())));
  if (!clean.length || !clean[0].length) return null;
  return clean.every((row) => row.length === clean[0].length) ? clean : null;
}

const unquoted = (cell) => (cell === "?" ? "" : /^\?"[^"]*"$/.test(cell) ? cell.slice(2, -1) : cell);

/** A cell as it is written: blank, strange or as it is. */
export function cell(text) {
  const clean = text.trim().replace(/["\n\r]/g, " ");
  return clean === "" ? "?" : isStrange(clean) ? `?"${clean}"` : clean;
}

/** Whether a cell holds what separates cells, so that it cannot be one number. */
export const isStrange = (text) => /[,;&\t[\]{}]|[\w.)]\s+[\w.(]/.test(text);

/** Rows as the text of a list, a vector or a shape, or a matrix; nothing where all is blank. */
export function written(rows, form) {
  if (rows.every((row) => row.every((it) => !it.trim()))) return "";
  const lines = rows.map((row) => row.map(cell).join(", "));
  if (form === "list") return lines[0];
  return form === "matrix" ? `[${lines.map((line) => `[${line}]`).join(", ")}]` : `[${lines[0]}]`;
}
