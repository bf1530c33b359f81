/**
 * Runs execute requests one after another: compiles each cell, hands it to the process that runs the cells, publishes what
 * comes of it, and answers.
 */
import type { ErrorReport } from "../cells/reports";
import type { CompilerThread } from "../compile/compilerThread";
import { type FromExecutor, interruptedMessage, interruptedName } from "../execute/protocol";
import type { Message } from "../message";
import { causeOfDeath } from "./causeOfDeath";
import { Cell, type Report } from "./cell";
import { type Death, ExecutorProcess } from "./executorProcess";
import { History } from "./history";
import { Press, plainError, type Voice } from "./press";
import { Verdict } from "./verdict";

/** A batch front end's reply waits so long for one-shot timers, in milliseconds: nobody would hear of their errors later. */
const batchWaitMs = 2000;

/** Milliseconds after which an interrupt that was not heeded may be repeated with more force. */
const patienceMs = 2000;

type Outcome = { isOk: boolean; done: string[] };
type Quiet = Extract<FromExecutor, { type: "quiet" }>;

export class Session {
  readonly history = new History();
  private readonly executor: ExecutorProcess;
  private readonly queue: Message[] = [];
  /** Every run there has been: outputs may come late. */
  private readonly cells = new Map<string, Cell>();
  private readonly questions = new Map<number, (quiet: Quiet) => void>();
  private readonly press: Press;
  private readonly verdict: Verdict;
  private count = 0;
  private runs = 0;
  private lastQuestion = 0;
  private running: Cell | undefined;
  private latest: Cell | undefined;
  private isInterrupted = false;
  private stopWaiting = (): void => {};
  private interruptedAt = 0;
  private settle: ((outcome: Outcome) => void) | undefined;
  /** Results of `user_expressions`, which are no outputs. */
  private readonly captured = new Map<string, object>();
  constructor(
    private readonly voice: Voice,
    private readonly compiler: CompilerThread,
    folder: string,
  ) {
    this.press = new Press(voice);
    this.verdict = new Verdict(this.press);
    this.executor = new ExecutorProcess(folder, {
      message: (message) => this.hear(message),
      output: (name, text) => this.press.stream(this.running ?? this.latest, name, text),
      died: (death) => this.bury(death),
    });
  }

  /** The request that is running, for front ends that were told the kernel is idle meanwhile. */
  get request(): Message | undefined {
    return this.running?.request;
  }

  execute(request: Message): void {
    this.queue.push(request);
    if (this.running === undefined) void this.next();
  }

  /** Code that cannot be broken off is waited for; interrupted once more, it ends with its process. */
  interrupt(): void {
    const cell = this.running;
    if (cell === undefined) return;
    const isRepeated = this.isInterrupted && Date.now() - this.interruptedAt > patienceMs;
    if (isRepeated) this.executor.kill();
    if (!this.isInterrupted) {
      this.interruptedAt = Date.now();
      const hint =
        "\nthis code cannot be broken off at once; interrupt again to end its process, which loses all variables\n";
      setTimeout(() => {
        if (this.running === cell && this.settle !== undefined) this.press.stream(cell, "stderr", hint);
      }, patienceMs).unref();
    }
    this.isInterrupted = true;
    this.stopWaiting();
    this.executor.send({ type: "interrupt" });
    this.abortQueue();
  }

  input(value: string | null): void {
    this.executor.send({ type: "input", value });
  }

  /** What may still happen; resolves when everything up to now has been heard. */
  async quiet(within?: number): Promise<{ timersDueIn: number | null; otherPending: number }> {
    const question = ++this.lastQuestion;
    this.executor.send({ type: "quiet", question, within });
    return new Promise((resolve) => this.questions.set(question, resolve));
  }

  close(): Promise<void> {
    return this.executor.close();
  }

  private async next(): Promise<void> {
    const request = this.queue.shift();
    if (request === undefined) return;
    const isStored = request.content.silent !== true && request.content.store_history !== false;
    if (isStored) this.count++;
    const cell = new Cell(request, String(++this.runs), this.count);
    this.running = cell;
    this.latest = cell;
    this.isInterrupted = false;
    this.cells.set(cell.run, cell);
    this.press.remember(cell);
    this.voice.publish(request, "status", { execution_state: "busy" });
    if (isStored) this.history.add(cell.count, cell.code);
    if (!cell.isSilent) {
      this.voice.publish(request, "execute_input", { code: cell.code, execution_count: cell.count });
    }
    const content = await this.answer(cell).catch((error) => this.failure(cell, error));
    this.press.flush();
    cell.isRunning = false;
    this.running = undefined;
    this.voice.reply(request, "execute_reply", { ...content, execution_count: cell.count });
    this.voice.publish(request, "status", { execution_state: "idle" });
    if (!("status" in content) || content.status !== "ok") if (cell.stopOnError) this.abortQueue();
    void this.next();
  }

  /** What the kernel itself did wrong is an error too. */
  private failure(cell: Cell, error: unknown): object {
    const message = error instanceof Error ? error.message : String(error);
    const content = plainError("KernelError", message);
    this.press.error(cell, content);
    return { status: "error", ...content };
  }

  private async answer(cell: Cell): Promise<object> {
    const asked = /^\s*(?:\?\s*([\w$.]+)|([\w$.]+)\s*\?)\s*$/.exec(cell.code);
    if (asked) return this.help(asked[1] ?? asked[2]);
    const { isOk } = await this.compileAndRun(cell, cell.code);
    if (cell.isBatch) await this.waitForTimers();
    const problem = this.verdict.on(cell, isOk);
    if (problem) return { status: "error", ...problem };
    const user_expressions: Record<string, object> = {};
    for (const [name, expression] of Object.entries(cell.userExpressions)) {
      user_expressions[name] = await this.evaluate(cell, expression);
    }
    return { status: "ok", user_expressions, payload: [] };
  }

  /** `Math.max?` or `?Math.max`: what is known of the name, on a page beside the notebook. */
  private async help(name: string): Promise<object> {
    const { found, data } = await this.compiler.ask("inspect", name, name.length, 1);
    const shown = found ? data : { "text/plain": `nothing is known of ${name}` };
    return { status: "ok", user_expressions: {}, payload: [{ source: "page", data: shown, start: 0 }] };
  }

  private async compileAndRun(cell: Cell, code: string): Promise<Outcome> {
    if (code.trim() === "") return { isOk: true, done: [] };
    const interrupted = new Promise<"interrupted">((resolve) => {
      this.stopWaiting = () => resolve("interrupted");
    });
    // A compiler that is reading a library cannot be broken off; nobody has to wait for it.
    const compilation = await Promise.race([this.compiler.ask("compile", code), interrupted]);
    if (compilation !== "interrupted" && "items" in compilation) {
      this.report(cell, { event: "diagnostics", cell: cell.name, items: compilation.items });
      return { isOk: false, done: [] };
    }
    if (cell.reports.length > 0) return { isOk: false, done: [] }; // the process has died meanwhile
    if (compilation === "interrupted" || this.isInterrupted) {
      this.report(cell, this.interruption(cell));
      return { isOk: false, done: [] };
    }
    const { js, map, mapLineOffset } = compilation.cell;
    const { run, label, allowStdin } = cell;
    const ended = new Promise<Outcome>((resolve) => {
      this.settle = resolve;
    });
    this.executor.send({ type: "run", run, label, js, map, mapLineOffset, allowStdin });
    const outcome = await ended;
    this.settle = undefined;
    await this.compiler.ask("commit", compilation.number, outcome.isOk, outcome.done);
    return outcome;
  }

  private interruption = (cell: Cell): ErrorReport => ({
    ...{ event: "error", cell: cell.name, origin: "thrown" },
    ...{ name: interruptedName, message: interruptedMessage, stack: `${interruptedName}: ${interruptedMessage}` },
  });

  /** One of `user_expressions`: its value, or its error, in the reply alone. */
  private async evaluate(cell: Cell, expression: string): Promise<object> {
    const content = { code: `(${expression}\n)`, silent: true };
    const probe = new Cell({ ...cell.request, content, metadata: {} }, `${cell.run}-${++this.runs}`, cell.count);
    this.cells.set(probe.run, probe);
    await this.compileAndRun(probe, probe.code);
    this.cells.delete(probe.run);
    const [report] = probe.reports;
    if (report) return { status: "error", ...this.press.contentOf(probe, report) };
    const shown = this.captured.get(probe.run) ?? { data: { "text/plain": "undefined" }, metadata: {} };
    this.captured.delete(probe.run);
    return { status: "ok", ...shown };
  }

  private async waitForTimers(): Promise<void> {
    for (const end = Date.now() + batchWaitMs; ; ) {
      const { timersDueIn } = await this.quiet(Math.max(0, end - Date.now()));
      if (timersDueIn === null) return;
      await new Promise((resolve) => setTimeout(resolve, timersDueIn + 10));
    }
  }

  private hear(message: FromExecutor): void {
    if (message.type === "quiet") {
      this.questions.get(message.question)?.(message);
      this.questions.delete(message.question);
      return;
    }
    if (message.type === "ready" || message.type === "exit") return;
    const cell = this.cells.get(message.run) ?? this.running ?? this.latest;
    if (cell === undefined) return;
    switch (message.type) {
      case "result": {
        const { data, metadata } = message;
        if (cell.isSilent) this.captured.set(message.run, { data, metadata });
        const text = (data as Record<string, unknown>)["text/plain"];
        if (cell.isStored && typeof text === "string") this.history.addOutput(cell.count, text);
        this.press.output(cell, message);
        break;
      }
      case "stream":
      case "display":
      case "clear":
        this.press.output(cell, message);
        break;
      case "error":
        this.report(cell, { ...message.report, cell: cell.name });
        break;
      case "input":
        this.voice.askInput(cell.request, message.prompt, message.password);
        break;
      case "done":
        if (cell.isRunning) this.settle?.({ isOk: message.isOk, done: message.done });
        break;
    }
  }

  /** Something went wrong in code that this cell started, now or long ago. */
  private report(cell: Cell, report: Report): void {
    cell.reports.push(report);
    const content = this.press.contentOf(cell, report);
    if (cell.isRunning && cell.expected !== undefined) return; // told when the cell has ended
    this.press.error(cell, content, report);
    if (!cell.isRunning) this.verdict.remember(cell, content);
  }

  /** The process with every variable is gone; a new one stands ready. */
  private bury(death: Death): void {
    void this.compiler.ask("reset");
    for (const answer of this.questions.values()) {
      answer({ type: "quiet", question: 0, timersDueIn: null, otherPending: 0 });
    }
    this.questions.clear();
    const blamed = (death.report && this.cells.get(death.report.run)) ?? this.running ?? this.latest;
    const evalue = `${causeOfDeath(death)}; every variable is gone: run the notebook again from its top`;
    for (const cell of new Set([blamed, this.running])) {
      if (cell === undefined) continue;
      const stack = death.report?.called ? death.report.stack.split("\n").slice(1).join("\n") : "";
      const report: ErrorReport = {
        event: "error",
        cell: cell.name,
        origin: "thrown",
        name: "KernelDied",
        message: evalue,
        stack,
      };
      const content = this.press.contentOf(cell, report);
      cell.reports.push(report);
      this.press.error(cell, content, { event: "died", death });
      if (!cell.isRunning) this.verdict.remember(cell, content);
    }
    if (this.running) this.settle?.({ isOk: false, done: [] });
  }

  private abortQueue(): void {
    for (const request of this.queue.splice(0)) {
      this.voice.publish(request, "status", { execution_state: "busy" });
      this.voice.reply(request, "execute_reply", { status: "aborted", execution_count: this.count });
      this.voice.publish(request, "status", { execution_state: "idle" });
    }
  }
}
