/** The page's end of the two workers: requests that are answered, and a run worker that can be ended at any moment. */
import type {
  CellProblem,
  CompiledCell,
  CompileReport,
  CompileRequest,
  PageCell,
  RunReport,
} from "../../../live/protocol";

/** Where the built assets lie; absolute, with a slash at the end. */
export type Assets = string;

type Answer = (report: CompileReport) => void;

/** TypeScript in a worker. */
export class Compiler {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Answer>();
  private last = 0;

  constructor(private readonly assets: Assets) {
    this.worker = new Worker(`${assets}compile.js`);
    this.worker.onmessage = ({ data }: MessageEvent<CompileReport>) => {
      this.waiting.get(data.ticket)?.(data);
      this.waiting.delete(data.ticket);
    };
    this.worker.onerror = ({ message }) => this.fail(message || "the compiler could not be loaded");
  }

  /** The cell as JavaScript, or what stops it from running. */
  async compile(cell: string, source: string): Promise<CompiledCell | CellProblem[]> {
    const report = await this.ask({ kind: "compile", ticket: ++this.last, cell, source });
    return report.kind === "compiled" ? report.code : problemsOf(report);
  }

  /** What the strict type check says about a whole notebook. */
  async check(notebook: string, cells: PageCell[]): Promise<CellProblem[]> {
    return problemsOf(await this.ask({ kind: "check", ticket: ++this.last, assets: this.assets, notebook, cells }));
  }

  end(): void {
    this.worker.terminate();
    this.fail("the compiler was ended");
  }

  private ask(request: CompileRequest): Promise<CompileReport> {
    return new Promise((resolve) => {
      this.waiting.set(request.ticket, resolve);
      this.worker.postMessage(request);
    });
  }

  private fail(message: string): void {
    for (const [ticket, answer] of this.waiting) answer({ kind: "broken", ticket, message });
    this.waiting.clear();
  }
}

function problemsOf(report: CompileReport): CellProblem[] {
  if (report.kind === "problems") return report.problems;
  throw new Error(report.kind === "broken" ? report.message : "the compiler gave no answer that fits");
}

/** How a cell ended: by itself, or with the worker. */
export type Ended = Extract<RunReport, { kind: "done" }> | { kind: "stopped" };

/** kernel-utils in a worker. */
export class Runner {
  private readonly worker: Worker;
  /** Rejects where the worker cannot be loaded or started. */
  readonly ready: Promise<void>;
  private running?: (ended: Ended) => void;
  private number = 0;
  private failStart: (error: Error) => void = () => undefined;

  constructor(
    assets: Assets,
    private readonly hear: (report: RunReport) => void,
  ) {
    this.worker = new Worker(`${assets}run.js`);
    this.ready = new Promise((resolve, reject) => {
      this.failStart = reject;
      this.worker.onerror = ({ message }) => reject(new Error(message || "the library could not be loaded"));
      this.worker.onmessage = ({ data }: MessageEvent<RunReport>) => {
        if (data.kind === "ready") resolve();
        else if (data.kind === "broken") reject(new Error(data.message));
        else if (data.kind === "done") this.running?.(data);
        else this.hear(data);
      };
    });
    this.ready.catch(() => undefined); // told to whoever waits; nobody may, when it is stopped at once
    this.worker.postMessage({ kind: "start", assets });
  }

  run(cell: string, code: CompiledCell): Promise<Ended> {
    return new Promise((resolve) => {
      this.running = resolve;
      this.worker.postMessage({ kind: "run", cell, number: ++this.number, code });
    });
  }

  /** Ends the worker, whatever it is doing; its variables are gone. */
  end(): void {
    this.worker.terminate();
    this.failStart(new Error("stopped while it was starting"));
    this.running?.({ kind: "stopped" });
  }
}
