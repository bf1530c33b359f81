/** One cell on the page made live: an editor in the place of its code, buttons, what it shows, how it went. */
import type { CellError, CellProblem, CheckOutcome, RunReport } from "../../../live/protocol";
import type { LiveCell } from "./cells";
import type { CellEditor, EditorOptions } from "./editor";
import { element, OutputArea } from "./outputs";
import type { CellState } from "./session";

export interface CellActions {
  run(goOn: boolean): void;
  runAbove(): void;
  /** The learner's text has changed; undefined goes back to the course's. */
  changed(text: string | undefined): void;
}

const stateText: Record<CellState, string> = {
  idle: "",
  waiting: "waiting for its turn",
  running: "running …",
  done: "done",
  failed: "failed",
  stopped: "stopped",
  stale: "ran before the stop; its variables are gone",
};

export class CellView {
  private readonly status = element("span", "live-state");
  private readonly verdict = element("p", "live-verdict");
  private readonly problemLists = {
    syntax: element("ul", "live-problems"),
    types: element("ul", "live-problems types"),
  };
  private readonly outputs: OutputArea;
  private readonly controls = element("div", "live-controls");
  private readonly buttons: { edit: HTMLButtonElement; reset: HTMLButtonElement };
  private readonly code: HTMLElement | null;
  private editor?: CellEditor;
  private current: string;
  private wasCleared = true;

  constructor(
    readonly root: HTMLElement,
    private readonly cell: LiveCell,
    kept: string | undefined,
    private readonly actions: CellActions,
    plotlyAddress: string,
  ) {
    this.current = kept ?? cell.original;
    this.outputs = new OutputArea(plotlyAddress);
    this.code = root.querySelector<HTMLElement>('div[class*="language-"]');
    this.buttons = {
      edit: this.button("Edit", () => void this.open(true)),
      reset: this.button("Reset", () => this.reset()),
    };
    const run = this.button("Run", () => actions.run(false), "live-run");
    run.title = "Run this cell (Ctrl-Enter in its editor; Shift-Enter runs it and goes on)";
    const above = this.button("Run all above", () => actions.runAbove());
    this.controls.append(run, above, this.buttons.edit, this.buttons.reset, this.status);
    this.place();
    this.showEdited();
    if (kept !== undefined || cell.role === "exercise") void this.open(false);
  }

  get text(): string {
    return this.current;
  }

  state(state: CellState, seconds?: number): void {
    this.root.dataset.live = state;
    this.status.textContent = stateText[state] + (state === "done" ? took(seconds) : "");
    if (state === "running") {
      this.outputs.clear();
      this.wasCleared = true;
    }
  }

  output(report: RunReport): void {
    this.replaceStatic();
    this.outputs.show(report);
  }

  error(error: CellError, expected: boolean): void {
    this.replaceStatic(true);
    this.outputs.error(error, expected);
  }

  problems(kind: "syntax" | "types", problems: CellProblem[]): void {
    const items = problems.map(({ line, code, message }) => {
      const label = /^TS\d/.test(code) ? `${message} (${code})` : message;
      return element("li", "", `line ${line}: ${label}`);
    });
    this.problemLists[kind].replaceChildren(...items);
    this.problemLists[kind].hidden = items.length === 0;
  }

  /** What the check says, on the exercise; its table of cases is in the check's own cell. */
  judged({ status, message, hint }: CheckOutcome): void {
    const mark = { passed: "✓", failed: "✗", "not-attempted": "·" }[status];
    this.verdict.className = `live-verdict ${status}`;
    this.verdict.textContent = `${mark} ${message}`;
    if (hint && status === "failed") this.verdict.append(element("span", "live-hint", `Hint: ${hint}`));
    this.verdict.hidden = false;
  }

  /** Opens the fold that the cell is in. */
  unfold(): void {
    this.root.closest("details")?.setAttribute("open", "");
  }

  solved(): void {
    this.root.classList.add("live-solved");
  }

  focus(): void {
    if (this.editor) this.editor.focus();
    else this.controls.querySelector("button")?.focus();
    this.root.scrollIntoView({ block: "nearest" });
  }

  end(): void {
    this.editor?.destroy();
    for (const part of [
      this.controls,
      this.verdict,
      this.outputs.root,
      this.editor?.element,
      ...Object.values(this.problemLists),
    ]) {
      part?.remove();
    }
    if (this.code) this.code.hidden = false;
    this.root.classList.remove("live", "live-ran", "live-same", "live-solved");
    delete this.root.dataset.live;
  }

  private place(): void {
    this.root.classList.add("live");
    for (const list of Object.values(this.problemLists)) list.hidden = true;
    const still = this.root.querySelector<HTMLElement>(":scope > .outputs");
    this.verdict.hidden = true;
    const parts = [this.problemLists.syntax, this.problemLists.types, this.controls, this.verdict, this.outputs.root];
    if (still) still.before(...parts);
    else this.root.append(...parts);
  }

  private button(label: string, act: () => void, className = ""): HTMLButtonElement {
    const made = element("button", `live-button ${className}`, label) as HTMLButtonElement;
    made.type = "button";
    made.setAttribute("aria-label", `${label}: ${this.cell.id}`);
    made.addEventListener("click", act);
    return made;
  }

  /** An editor where the code was. */
  private async open(focus: boolean): Promise<void> {
    const { createEditor } = await import("./editor");
    if (this.editor || !this.root.classList.contains("live")) return;
    const options: EditorOptions = {
      text: this.current,
      label: `Code of the cell ${this.cell.id}`,
      changed: (text) => this.changed(text),
      run: (goOn) => this.actions.run(goOn),
    };
    this.editor = createEditor(options);
    if (this.code) {
      this.code.hidden = true;
      this.code.after(this.editor.element);
      this.code.closest("details")?.setAttribute("open", "");
    } else this.controls.before(this.editor.element);
    this.buttons.edit.hidden = true;
    if (focus) this.editor.focus();
  }

  private changed(text: string): void {
    this.current = text;
    this.actions.changed(text.trim() === this.cell.original ? undefined : text);
    this.showEdited();
  }

  private reset(): void {
    this.editor?.setText(this.cell.original);
    this.current = this.cell.original;
    this.actions.changed(undefined);
    this.showEdited();
    this.editor?.focus();
  }

  private showEdited(): void {
    this.buttons.reset.hidden = this.current.trim() === this.cell.original;
  }

  /** What the page was printed with gives way to the reader's own run; a line that says the same stays as it is. */
  private replaceStatic(failed = false): void {
    if (!this.wasCleared && !failed) return;
    const isSame = this.cell.role === "derive" && this.buttons.reset.hidden && !failed;
    this.root.classList.toggle("live-ran", !isSame || this.root.querySelector(".derivation .equation") === null);
    this.root.classList.toggle("live-same", !this.root.classList.contains("live-ran"));
    this.wasCleared = false;
  }
}

const took = (seconds = 0): string =>
  seconds < 0.05 ? "" : ` in ${seconds < 10 ? seconds.toFixed(1) : seconds.toFixed(0)} s`;
