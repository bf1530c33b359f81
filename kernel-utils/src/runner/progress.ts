/** Says on a terminal, or in a log, how far each notebook is, and how the run ended. */
import { failureLines, type NotebookReport, type RunReport } from "./report";
import type { RunListener } from "./runNotebooks";

interface Screen {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

interface Running {
  since: number;
  position: number;
  count: number;
}

/** Milliseconds between two repaints of the lines of running notebooks. */
const repaintMs = 200;

const words: Record<NotebookReport["status"], string> = {
  passed: "passed",
  failed: "FAILED",
  unreadable: "UNREADABLE",
  interrupted: "interrupted",
};

/** On a terminal one line a running notebook, repainted; elsewhere one line when a notebook ends. */
export class Progress implements RunListener {
  private readonly running = new Map<string, Running>();
  private painted = 0;
  private timer?: NodeJS.Timeout;

  constructor(private readonly screen: Screen) {}

  started(path: string): void {
    this.running.set(path, { since: Date.now(), position: 0, count: 0 });
    if (!this.screen.isTTY) return;
    this.timer ??= setInterval(() => this.paint(), repaintMs);
    this.paint();
  }

  cell(path: string, position: number, count: number): void {
    Object.assign(this.running.get(path) ?? {}, { position, count });
  }

  finished(report: NotebookReport): void {
    this.running.delete(report.path);
    this.erase();
    this.screen.write(`${finishedLine(report)}\n`);
    if (this.running.size > 0) this.paint();
    else this.stop();
  }

  stop(): void {
    this.erase();
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private paint(): void {
    if (!this.screen.isTTY) return;
    this.erase();
    const width = (this.screen.columns ?? 80) - 1;
    const lines = [...this.running].map(([path, state]) => runningLine(path, state).slice(0, width));
    this.screen.write(lines.map((line) => `${line}\n`).join(""));
    this.painted = lines.length;
  }

  private erase(): void {
    if (this.painted > 0) this.screen.write(`\u001b[${this.painted}A\u001b[0J`); // up that many lines, clear below
    this.painted = 0;
  }
}

function runningLine(path: string, { since, position, count }: Running): string {
  const where = position === 0 ? "starting the kernel" : `cell ${position} of ${count}`;
  return `${path}  ${where}  ${seconds((Date.now() - since) / 1000)}`;
}

function finishedLine({ path, status, cells, seconds: duration }: NotebookReport): string {
  const done = cells.filter((cell) => cell.status === "passed").length;
  const counted = cells.length === 0 ? "" : `  ${done} of ${cells.length} cells`;
  return `${path}  ${words[status]}${counted}  ${seconds(duration)}`;
}

const seconds = (value: number): string => `${value.toFixed(1)} s`;

/** The last lines of a run: what is wrong where, warnings, where the copies are, and the counts. */
export function summaryText(report: RunReport, out: string): string {
  const wrong = report.notebooks.flatMap(failureLines);
  const warnings = report.notebooks.flatMap((notebook) => notebook.warnings.map((text) => `warning: ${text}`));
  const copies = report.notebooks.some(({ executed }) => executed !== undefined) ? [`executed copies: ${out}`] : [];
  const lines = [...(wrong.length > 0 ? ["", ...wrong, ""] : []), ...warnings, ...copies, counts(report)];
  return `${lines.join("\n")}\n`;
}

function counts({ notebooks, passed, failed, unreadable, interrupted, seconds: duration }: RunReport): string {
  const rest = [
    unreadable > 0 ? `, ${unreadable} unreadable` : "",
    interrupted > 0 ? `, ${interrupted} interrupted` : "",
  ];
  const noun = notebooks.length === 1 ? "notebook" : "notebooks";
  return `${notebooks.length} ${noun}: ${passed} passed, ${failed} failed${rest.join("")} (${seconds(duration)})`;
}
