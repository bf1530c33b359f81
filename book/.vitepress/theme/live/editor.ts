/** One cell's editor: CodeMirror, loaded when the first cell is opened. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export interface EditorOptions {
  text: string;
  /** What the editor is for, for screen readers. */
  label: string;
  /** Called at each change. */
  changed(text: string): void;
  /** Shift-Enter runs and goes on, Ctrl- or Cmd-Enter runs and stays. */
  run(goOn: boolean): void;
}

export interface CellEditor {
  element: HTMLElement;
  text(): string;
  setText(text: string): void;
  focus(): void;
  destroy(): void;
}

/** Colours are the theme's, by CSS variables: one style serves day and night. */
const style = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--live-keyword)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--live-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--live-number)" },
  { tag: [tags.comment], color: "var(--live-comment)" },
  { tag: [tags.typeName, tags.className], color: "var(--live-type)" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: "var(--live-function)" },
]);

export function createEditor({ text, label, changed, run }: EditorOptions): CellEditor {
  const runs = (goOn: boolean) => (): boolean => {
    run(goOn);
    return true;
  };
  const view = new EditorView({
    state: EditorState.create({
      doc: text,
      extensions: [
        keymap.of([
          { key: "Shift-Enter", run: runs(true) },
          { key: "Mod-Enter", run: runs(false) },
          { key: "Ctrl-Enter", run: runs(false) },
        ]),
        ...[lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), highlightActiveLine()],
        // Tab indents; Escape, then Tab, leaves the editor, as CodeMirror has it.
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        javascript({ typescript: true }),
        syntaxHighlighting(style),
        EditorState.tabSize.of(2),
        EditorView.lineWrapping,
        // As an attribute of the editor's own: it writes its class anew whenever focus changes.
        EditorView.editorAttributes.of({ class: "live-editor" }),
        EditorView.contentAttributes.of({
          "aria-label": `${label}. Tab indents; press Escape, then Tab, to leave. Shift-Enter runs.`,
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    element: view.dom,
    text: () => view.state.doc.toString(),
    setText: (insert) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } }),
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
