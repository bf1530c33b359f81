/** A notebook being worked on: its cells, what has run, and the workers behind it. Knows nothing of the page's elements. */
import type { CellError, CellProblem, CheckOutcome, RunReport } from "../../../live/protocol";
import { isExpected, type LiveCell, linesAdded, withDirective } from "./cells";
import { type Assets, Compiler, Runner } from "./workers";

export type CellState = "idle" | "waiting" | "running" | "done" | "failed" | "stopped" | "stale";

/** What a session tells: the page shows it. */
export interface SessionView {
  state(cell: LiveCell, state: CellState, seconds?: number): void;
  output(cell: LiveCell, report: RunReport): void;
  error(cell: LiveCell, error: CellError, expected: boolean): void;
  /** Replaces what was said before; an empty list takes it away. */
  problems(cell: LiveCell, kind: "syntax" | "types", problems: CellProblem[]): void;
  check(outcome: CheckOutcome): void;
  busy(isBusy: boolean): void;
  say(text: string): void;
}

export class Session {
  private readonly compiler: Compiler;
  /** One more, so that a check of types keeps no cell waiting. */
  private checker?: Compiler;
  private runner?: Runner;
  private readonly queue: LiveCell[] = [];
  private isRunning = false;
  private readonly late = new Set<string>();
  private readonly ran = new Set<string>();
  private checkNumber = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly assets: Assets,
    private readonly notebook: string,
    readonly cells: readonly LiveCell[],
    private readonly textOf: (cell: LiveCell) => string,
    private readonly view: SessionView,
  ) {
    this.compiler = new Compiler(assets);
  }

  /** @throws Error where library or compiler cannot be loaded */
  async start(): Promise<void> {
    await Promise.all([this.startRunner().ready, this.compiler.compile("start", "1;")]);
    this.checkSoon();
  }

  /** Runs cells after those that are waiting already; a failure that nobody expects drops the rest. */
  run(cells: readonly LiveCell[]): void {
    for (const cell of cells) {
      this.queue.push(cell);
      this.view.state(cell, "waiting");
    }
    if (!this.isRunning) void this.work();
  }

  runAll(): void {
    this.run(this.cells);
  }

  runAbove(cell: LiveCell): void {
    this.run(this.cells.slice(0, this.cells.indexOf(cell)));
  }

  /** Ends the run worker at once; a fresh one starts with the next cell. */
  stop(): void {
    const hadRun = this.ran.size > 0 || this.isRunning;
    for (const cell of this.queue.splice(0)) this.view.state(cell, "idle");
    this.runner?.end();
    this.runner = undefined;
    for (const id of this.ran) this.view.state(this.cellOf(id)!, "stale");
    this.ran.clear();
    this.view.say(
      hadRun ? "Stopped. All variables are gone: run the cells above again, or all of them." : "Nothing was running.",
    );
  }

  /** The types are looked at when the learner has paused for a moment. */
  checkSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.checkTypes(), 600);
  }

  end(): void {
    clearTimeout(this.timer);
    this.queue.length = 0;
    this.compiler.end();
    this.checker?.end();
    this.runner?.end();
  }

  private cellOf(id: string): LiveCell | undefined {
    return this.cells.find((cell) => cell.id === id);
  }

  private startRunner(): Runner {
    this.runner ??= new Runner(this.assets, (report) => this.hear(report));
    return this.runner;
  }

  private async work(): Promise<void> {
    this.isRunning = true;
    this.view.busy(true);
    try {
      for (let cell = this.queue.shift(); cell; cell = this.queue.shift()) {
        if (await this.runCell(cell)) continue;
        for (const dropped of this.queue.splice(0)) this.view.state(dropped, "idle");
      }
    } finally {
      this.isRunning = false;
      this.view.busy(false);
    }
  }

  /** @returns whether the cells after it should run */
  private async runCell(cell: LiveCell): Promise<boolean> {
    this.view.state(cell, "running");
    const compiled = await this.compiler.compile(cell.id, this.textOf(cell));
    if (Array.isArray(compiled)) {
      this.view.problems(cell, "syntax", compiled);
      this.view.state(cell, "failed");
      return false;
    }
    this.view.problems(cell, "syntax", []);
    this.late.delete(cell.id);
    const runner = this.startRunner();
    try {
      await runner.ready;
    } catch (error) {
      if (this.runner !== runner) return false;
      throw error;
    }
    this.checkSoon();
    const ended = await runner.run(cell.id, compiled);
    if (ended.kind === "stopped") {
      this.view.state(cell, "stopped");
      return false;
    }
    this.ran.add(cell.id);
    return this.settle(cell, ended.error, ended.milliseconds / 1000);
  }

  private settle(cell: LiveCell, error: CellError | undefined, seconds: number): boolean {
    const expected = isExpected(cell, error);
    if (error) this.view.error(cell, error, expected);
    else if (cell.role === "expect-error") this.view.error(cell, missed(cell), false);
    const isGood = cell.role === "expect-error" ? expected : error === undefined && !this.late.has(cell.id);
    this.view.state(cell, isGood ? "done" : "failed", seconds);
    return isGood;
  }

  private hear(report: RunReport): void {
    if (report.kind === "ready" || report.kind === "broken" || report.kind === "done") return;
    const cell = this.cellOf(report.cell);
    if (cell === undefined) return;
    if (report.kind === "check") this.view.check(report.outcome);
    else if (report.kind === "error") {
      this.late.add(cell.id);
      this.view.error(cell, report.error, false);
      this.view.state(cell, "failed");
    } else this.view.output(cell, report);
  }

  /** Only the last question counts: an older answer is about a text that has changed since. */
  private async checkTypes(): Promise<void> {
    const number = ++this.checkNumber;
    this.checker ??= new Compiler(this.assets);
    const cells = this.cells.map((cell) => withDirective(cell, this.textOf(cell)));
    let problems: CellProblem[];
    try {
      problems = await this.checker.check(this.notebook, cells);
    } catch (error) {
      this.view.say(`Types are not checked: ${error instanceof Error ? error.message : error}`);
      return;
    }
    if (number !== this.checkNumber) return;
    for (const cell of this.cells) {
      const own = problems
        .filter((problem) => problem.cell === cell.id)
        .map((problem) => ({ ...problem, line: Math.max(1, problem.line - linesAdded(cell)) }));
      this.view.problems(cell, "types", own);
    }
  }
}

const missed = ({ subject }: LiveCell): CellError => ({
  ...{ name: "Expected failure", message: `this cell should fail with ${subject}, and ran to its end`, trace: [] },
});
