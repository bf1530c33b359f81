/** A kernel seen from the runner: its process, its sockets, and everything heard of it so far, by cell. */

import {
  type ConnectionFile,
  type Death,
  type ErrorReport,
  type ExitReport,
  type KernelExit,
  KernelProcess,
  type KernelSpec,
  type Message,
  type Pending,
  type ProbeReport,
  type QuietReport,
} from "../kernel";
import { firstOf } from "./firstOf";
import { type Ending, exitCause, type Trouble } from "./judge";
import { type ExecuteReply, KernelClient } from "./kernelClient";
import { NotebookOutputs } from "./outputs";

export class KernelLink {
  readonly outputs = new NotebookOutputs();
  readonly process: KernelProcess;
  /** Resolves when the process has ended, for whatever reason. */
  readonly death: Promise<"died">;
  /** The cell that is running, or ran last; "" before the first. */
  current = "";
  /** Whether the probe has reported: without it only the protocol's own messages tell of errors. */
  isProbed = false;
  /** Called with an error that no cell can have caused, for example a port that is taken. */
  onStartError: (error: ErrorReport) => void = () => {};
  private readonly client: Promise<KernelClient>;
  private readonly troubles = new Map<string, Trouble[]>();
  private readonly questions = new Map<number, (report: QuietReport) => void>();
  /** Deaths of the process that runs the cells, by the cell to blame: our own kernel survives them. */
  private readonly deaths = new Map<string, Death>();
  private lastQuestion = 0;
  private exit: KernelExit = { code: null, signal: null };
  /** Sent when the process ends of its own accord. */
  private exitReport?: ExitReport;

  /** Starts the process in `folder`; `connection` has to stay until the kernel is ready. */
  constructor(
    readonly spec: KernelSpec,
    connection: ConnectionFile,
    folder: string,
  ) {
    this.process = new KernelProcess(spec, connection, folder, (report) => this.hear(report));
    this.death = this.process.exited.then((exit) => {
      this.exit = exit;
      return "died";
    });
    this.client = KernelClient.connect(connection.info, (cell, message) => this.receive(cell, message));
  }

  ready = async (): Promise<"ready"> => (await this.client).ready().then(() => "ready");

  execute = async (code: string, cell: string): Promise<ExecuteReply> => (await this.client).execute(code, cell);

  /** Everything that cells have caused up to now has been heard once this resolves; undefined without a probe. */
  async quiet(): Promise<Pending | undefined> {
    if (this.spec.reports) return (await this.client).quiet();
    if (!this.isProbed) return undefined;
    const question = ++this.lastQuestion;
    this.process.ask({ ask: "quiet", question });
    return new Promise((resolve) => this.questions.set(question, resolve));
  }

  async interrupt(): Promise<void> {
    if (this.spec.interruptMode === "message") (await this.client).interrupt();
    else this.process.interrupt();
  }

  /** Errors in code that this cell started, so far. */
  troublesOf(cell: string): Trouble[] {
    return this.troubles.get(cell) ?? [];
  }

  /** How the process ended; only after `death`. */
  get obituary(): Extract<Ending, { kind: "died" }> {
    const { exit, exitReport } = this;
    return { kind: "died", exit, lastReport: exitReport, tail: this.process.tail };
  }

  /** How the cell ended the process that runs the cells, if it did. */
  deathBy(cell: string): Extract<Ending, { kind: "died" }> | undefined {
    const death = this.deaths.get(cell);
    if (death === undefined) return undefined;
    const { exit, report, tail } = death;
    return { kind: "died", exit, tail, ...(report && { lastReport: { ...report, cell } }) };
  }

  /** The first cell that did so. */
  get deadly(): string | undefined {
    return [...this.deaths.keys()][0];
  }

  get causeOfDeath(): string {
    return exitCause(this.exit, this.exitReport?.called, this.process.tail);
  }

  /** The cell whose code ended the process, as far as is known. */
  get blamed(): string {
    return this.exitReport?.cell ?? this.current;
  }

  /** Asks the kernel to end, gives it a second, then ends it with everything it has started. */
  async close(): Promise<void> {
    const client = await this.client;
    if (!this.process.ended) client.shutdown();
    await firstOf([this.death], 1);
    this.process.kill();
    await firstOf([this.death], 5);
    client.close();
  }

  private hear(report: ProbeReport): void {
    if (report.event === "hello") this.isProbed = true;
    else if (report.event === "exit") this.exitReport = report;
    else if (report.event === "quiet") {
      this.questions.get(report.question)?.(report);
      this.questions.delete(report.question);
    } else this.hearTrouble(report);
  }

  private hearTrouble(trouble: Trouble): void {
    if (this.current === "" && trouble.event === "error") this.onStartError(trouble);
    this.note(trouble.cell ?? this.current, trouble);
  }

  private receive(cell: string, message: Message): void {
    this.outputs.take(cell, message);
    if (message.header.msg_type !== "error" || this.isProbed) return;
    const report = (message.metadata.alignment as { report?: Trouble | { event: "died"; death: Death } } | undefined)
      ?.report;
    if (report?.event === "died") this.deaths.set(cell, report.death);
    else this.note(cell, report ?? troubleOf(cell, message));
  }

  private note(cell: string, trouble: Trouble): void {
    this.troubles.set(cell, [...this.troublesOf(cell), trouble]);
  }
}

/** Escape sequences by which terminals colour text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
const colours = /\u001b\[[0-9;]*m/g;

function troubleOf(cell: string, { content }: Message): Trouble {
  const traceback = Array.isArray(content.traceback) ? content.traceback : [];
  const stack = traceback.join("\n").replace(colours, "");
  const [name, message] = [String(content.ename), String(content.evalue)];
  return { event: "error", cell, origin: "thrown", name, message, stack };
}
