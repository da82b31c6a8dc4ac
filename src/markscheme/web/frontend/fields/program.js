// A program in CodeMirror. It stands in a shadow root: its styles are then sheets, which the page's policy allows.

import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { typed } from "./dom.js";

const colors = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--bad)" },
  { tag: [tags.function(tags.variableName), tags.definition(tags.variableName), tags.className], color: "var(--accent)" },
  { tag: [tags.number, tags.string, tags.bool, tags.special(tags.string)], color: "var(--good)" },
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
]);

const look = EditorView.theme({
  "&": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: "var(--round)" },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "2px" },
  ".cm-scroller": { fontFamily: "ui-monospace, 'SF Mono', 'Cascadia Mono', Consolas, 'DejaVu Sans Mono', monospace", fontSize: "0.9rem", lineHeight: "1.5", minHeight: "10rem" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--shade)", color: "var(--quiet)", border: "0" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { background: "color-mix(in srgb, var(--accent) 30%, transparent)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "transparent", outline: "1px solid var(--edge)" },
});

/** An editor for a textarea, which keeps the text, in an element of the page. Tab leaves it; Ctrl+] and Ctrl+[ indent. */
export function program(control, element, label, describedBy) {
  const root = element.attachShadow({ mode: "open" });
  let isShowing = false;
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: control.value,
      extensions: [
        lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), python(), indentUnit.of("    "),
        syntaxHighlighting(colors), look, EditorView.lineWrapping,
        keymap.of([
          { key: "Mod-]", run: indentMore }, { key: "Mod-[", run: indentLess }, ...defaultKeymap, ...historyKeymap,
        ]),
        EditorView.contentAttributes.of({ "aria-label": `${label}. ${describedBy}`, spellcheck: "false", autocapitalize: "off" }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged || isShowing) return;
          control.value = update.state.doc.toString();
          typed(control);
        }),
      ],
    }),
  });
  function show(text) {
    if (text === view.state.doc.toString()) return true;
    isShowing = true;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    isShowing = false;
    return true;
  }
  return { show, focus: () => view.focus() };
}
