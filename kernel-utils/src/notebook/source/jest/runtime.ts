/**
 * What the generated test module of a notebook talks to. It runs inside Jest's sandbox: every cell is one test, the tests
 * run in the order of the cells, and a cell that fails stops those after it, each saying so in one line.
 */
import { errorAt, locatedError, quietError } from "./located";
import type { LocatedMessage, NotebookMeta, StepMeta } from "./meta";
import { type CellRun, type CheckResult, captureConsole, currentRun, printed } from "./run";
import { native, nextTurn, timersFired, watchTimers } from "./timers";

declare const test: (name: string, body: () => Promise<void> | void, timeoutMilliseconds?: number) => void;

type Body = () => Promise<void>;
interface Library {
  setCheckListener?(listener: ((result: CheckResult) => void) | undefined): void;
}

/** Longest wait for timers that cells left behind. */
const lateSeconds = 5;

/** Where the environment hands in a promise nobody awaits; true if a cell of ours owns it. */
const rejectionHook = Symbol.for("kernel-utils.notebook.rejection");

/** A file that is no notebook: one failing test that says why. */
export function unreadable(meta: NotebookMeta, reason: LocatedMessage): void {
  test("reads as a notebook of this course", () => {
    throw errorAt(reason, meta.file);
  });
}

/** @param library loads kernel-utils, if the notebook imports it */
export function open(meta: NotebookMeta, library: (() => unknown) | undefined): NotebookSession {
  return new NotebookSession(meta, library as (() => Library) | undefined);
}

class NotebookSession {
  private readonly bodies: (Body | undefined)[] = [];
  private readonly outcomes: ("passed" | "failed" | undefined)[] = [];
  private readonly late: Error[] = [];
  private stoppedBy: string | undefined;
  private reason = "";
  private listening = false;

  constructor(
    private readonly meta: NotebookMeta,
    private readonly library: (() => Library) | undefined,
  ) {
    captureConsole();
    watchTimers((run, error) => this.blame(run, error, "a timer it started threw"));
    const hook = (error: unknown): boolean => {
      const run = currentRun.getStore();
      if (run !== undefined) this.blame(run, error, "a promise was rejected and nobody awaits it");
      return run !== undefined;
    };
    Object.assign(globalThis, { [rejectionHook]: hook });
  }

  /** The strict type check, done before anything ran: one test for the whole notebook. */
  types(problems: LocatedMessage[]): void {
    test("types", () => {
      if (problems.length === 0) return;
      throw errorAt({ ...problems[0], message: problems.map(({ message }) => message).join("\n") }, this.meta.file);
    });
  }

  cell(index: number, body: Body): void {
    this.bodies[index] = body;
    const limits = this.meta.steps.slice(0, index + 1).reduce((sum, { seconds }) => sum + seconds, 10);
    test(this.meta.steps[index].title, () => this.reach(index, true), limits * 1000);
  }

  /** The stub of step `home` with its check: says "not attempted yet", or passes if it was answered. */
  stub(home: number, body: Body): void {
    const { stub, seconds } = this.meta.steps[home];
    const wanted = stub!.attempted ? "passed" : "not-attempted";
    const attempt = async (): Promise<void> => {
      await this.reach(home, false);
      this.refuseIfStopped(home);
      const run = this.newRun(stub!);
      await this.execute(run, seconds, body);
      const wrong = this.checkFault(run, wanted);
      if (wrong) throw this.faultAt(run, wrong);
    };
    test(stub!.title, attempt, (seconds + 10) * 1000);
  }

  /** After the last cell: timers and rejections that outlived their cells. */
  end(): void {
    const wait = async (): Promise<void> => {
      await timersFired(lateSeconds);
      await nextTurn();
      if (this.late.length === 0) return;
      const rest = this.late.slice(1).map(({ message }) => message);
      const [first] = this.late;
      throw Object.assign(first, { message: [first.message, ...rest].join("\n") });
    };
    test("nothing fails after its cell has ended", wait, (lateSeconds + 10) * 1000);
  }

  load(require: () => unknown): Promise<unknown> {
    return Promise.resolve().then(() => this.namespaceOf(require()));
  }

  defaultOf(loaded: { __esModule?: boolean; default?: unknown }): unknown {
    return loaded?.__esModule ? loaded.default : loaded;
  }

  namespaceOf(loaded: unknown): unknown {
    const isNamespace = typeof loaded === "object" && loaded !== null && "__esModule" in loaded;
    return isNamespace ? loaded : Object.assign({}, loaded, { default: loaded });
  }

  /** Runs the cells up to `index` that have not run: all but one only when a filter left their tests out. */
  private async reach(index: number, report: boolean): Promise<void> {
    const unseen = (error: unknown): void => {
      this.reason ||= `: ${(error as Error).message}`; // no test of its own will say it
    };
    for (let i = 0; i < index; i++) {
      if (this.outcomes[i] === undefined) await this.step(i).catch(unseen);
    }
    if (report) await this.step(index);
    else if (this.outcomes[index] === undefined) await this.step(index).catch(unseen);
  }

  private async step(index: number): Promise<void> {
    this.refuseIfStopped(index);
    const step = this.meta.steps[index];
    this.outcomes[index] = "failed";
    try {
      await this.runStep(step, this.bodies[index]!);
      this.outcomes[index] = "passed";
    } catch (error) {
      const isolated = ["derive", "check", "expect-error"].includes(step.directive?.name ?? "");
      if (!isolated || error instanceof CellTimeout) this.stoppedBy ??= step.id;
      throw error;
    }
  }

  private refuseIfStopped(index: number): void {
    if (this.stoppedBy === undefined || this.stoppedBy === this.meta.steps[index].id) return;
    this.outcomes[index] = "failed";
    throw quietError(`not run: [${this.stoppedBy}] failed before it${this.reason}`);
  }

  private async runStep(step: StepMeta, body: Body): Promise<void> {
    if (step.refused) throw errorAt(step.refused, this.meta.file);
    const expected = step.directive?.name === "expect-error" ? step.directive.code : undefined;
    if (expected !== undefined && /^TS\d+$/.test(expected)) return; // the test "types" decides
    const run = this.newRun(step);
    if (expected !== undefined) return this.expectError(run, step, body, expected);
    await this.execute(run, step.seconds, body);
    const wrong = this.checkFault(run, step.directive?.name === "check" ? "passed" : undefined);
    if (wrong) throw this.faultAt(run, wrong);
  }

  private newRun({ id, lines }: Pick<StepMeta, "id" | "lines">): CellRun {
    return { id, lines, finished: false, results: [], output: [], fail: () => undefined };
  }

  /** @throws the cell's error, located */
  private async execute(run: CellRun, seconds: number, body: Body): Promise<void> {
    try {
      await this.timed(run, seconds, body);
    } catch (error) {
      if (error instanceof CellTimeout) throw error;
      const located = locatedError(error, run, this.meta);
      const tail = printed(run);
      throw Object.assign(located, {
        stack: tail ? located.stack?.replace(located.message, located.message + tail) : located.stack,
      });
    }
  }

  private async timed(run: CellRun, seconds: number, body: Body): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const stopped = new Promise<never>((_, reject) => {
      run.fail = reject;
      timer = native.setTimeout(() => reject(new CellTimeout(this.timeoutAt(run, seconds))), seconds * 1000);
    });
    try {
      this.listen();
      await Promise.race([currentRun.run(run, body), stopped]);
      await Promise.race([nextTurn(), stopped]);
    } catch (error) {
      await nextTurn(); // Jest hears only now that a rejection was taken in
      throw error;
    } finally {
      native.clearTimeout(timer);
      run.finished = true;
    }
  }

  private timeoutAt({ id, lines }: CellRun, seconds: number): Error {
    const way = "an await that never settles? Otherwise raise the limit with //| slow: SECONDS";
    const message = `${this.meta.path} [${id}]: still running after ${seconds} s; ${way}`;
    return errorAt({ message, line: lines[0][0], column: lines[0][1] }, this.meta.file);
  }

  private async expectError(run: CellRun, step: StepMeta, body: Body, expected: string): Promise<void> {
    let thrown: unknown;
    try {
      await this.timed(run, step.seconds, body);
    } catch (error) {
      if (error instanceof CellTimeout) throw error;
      thrown = error;
    }
    if (thrown === undefined) throw this.faultAt(run, `expected ${expected}, but the cell ran to its end`);
    const { name, code } = thrown as { name?: string; code?: string };
    if (name === expected || code === expected) return;
    const located = locatedError(thrown, run, this.meta);
    throw this.faultAt(run, `expected ${expected}, but it failed with ${name ?? "something else"}: ${located.message}`);
  }

  /** What the checks of a cell said that they should not have; undefined if all is well. */
  private checkFault({ results, id }: CellRun, wanted: "passed" | "not-attempted" | undefined): string | undefined {
    const other = results.find(({ status }) => status !== (wanted ?? "passed"));
    if (other) return `check ${other.id} is ${other.status.replace("-", " ")}: ${other.message}`;
    if (wanted === undefined || results.length > 0) return undefined;
    if (!this.listening) return "kernel-utils has no setCheckListener, so nobody hears what check() finds";
    return `[${id}] reported no result; its check cell must call check(…), and await it if it is asynchronous`;
  }

  private faultAt(run: CellRun, message: string): Error {
    const text = `${this.meta.path} [${run.id}]: ${message}${printed(run)}`;
    return errorAt({ message: text, line: run.lines[0][0], column: run.lines[0][1] }, this.meta.file);
  }

  /** An error from outside a cell's own call: the cell's failure while it runs, one of the last test afterwards. */
  private blame(run: CellRun, thrown: unknown, what: string): void {
    const error = locatedError(thrown, run, this.meta, run.finished ? `${what} after it had ended` : what);
    if (run.finished) this.late.push(error);
    else run.fail(error);
  }

  /** From the first cell on, whatever check() finds is heard; the kernel's learner reads it instead. */
  private listen(): void {
    if (this.listening || this.library === undefined) return;
    const { setCheckListener } = this.library();
    if (setCheckListener === undefined) return;
    setCheckListener((result) => currentRun.getStore()?.results.push(result));
    this.listening = true;
  }
}

/** A cell that outlived its limit: it may still be running, so nothing after it can be trusted. */
class CellTimeout extends Error {
  constructor(located: Error) {
    super(located.message);
    this.name = "Timeout";
    this.stack = located.stack;
  }
}
