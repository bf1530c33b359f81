/** One kernel with a course's notebook in it, and answers to its exercises, one after another. */
import { randomUUID } from "node:crypto";
import path from "node:path";
import type { KernelSpec } from "../../kernel";
import { declares, stepsBehind } from "../../notebook/source/dependencies";
import type { Cell, Notebook } from "../../notebook/source/format";
import { steps } from "../../notebook/source/program";
import { judge } from "../judge";
import type { KernelLink } from "../kernelLink";
import { runCell } from "../runCell";
import { startKernel } from "../startKernel";

export interface GradeOptions {
  kernel: KernelSpec;
  cellTimeoutSeconds: number;
  startSeconds: number;
  graceSeconds: number;
  signal?: AbortSignal;
}

export interface Verdict {
  status: "passed" | "failed" | "not-attempted";
  /** The name of the mistake that was recognised. */
  mistake?: string;
  message: string;
  /** The line of the learner's cell that is to blame. */
  cellLine?: number;
}

export class Session {
  private readonly hasRun = new Set<string>();
  private isListening = false;
  private readonly mark = `grade-${randomUUID()} `;
  private count = 0;
  private spoilt = false;

  private constructor(
    readonly link: KernelLink,
    private readonly course: Notebook,
    private readonly options: GradeOptions,
  ) {}

  static async start(course: Notebook, options: GradeOptions): Promise<Session> {
    const folder = path.dirname(path.resolve(course.path));
    const link = await startKernel(options.kernel, folder, options.startSeconds, options.signal);
    return new Session(link, course, options);
  }

  /** Whether the next answer needs a kernel of its own: this one has ended, or an answer has left something in it. */
  get isSpoilt(): boolean {
    return this.spoilt || this.link.process.ended;
  }

  /** Prints what each check found: the table it shows is for people. */
  private get listener(): string {
    const call = `gradeListener((r) => console.log(${JSON.stringify(this.mark)} + JSON.stringify({ id: r.id, status: r.status, message: r.message, mistake: r.mistake })));`;
    return `import { setCheckListener as gradeListener } from "kernel-utils";\n${call}`;
  }

  async grade(stub: Cell, source: string): Promise<Verdict> {
    const exercise = stub.directive?.name === "exercise" ? stub.directive.exercise : "";
    const check = this.course.cells.find(
      ({ directive }) => directive?.name === "check" && directive.exercise === exercise,
    );
    if (check === undefined) return failed("the course's notebook has no check for it");
    const all = steps(this.course);
    const earlier = all.slice(
      0,
      all.findIndex((step) => step.stub === stub || step.cell === stub),
    );
    const own = new Set(declares(stub));
    const behind = stepsBehind(`${source}\n${check.source}`, earlier).filter(
      ({ cell }) => !declares(cell).every((name) => own.has(name)),
    );
    if (!this.isListening) await this.run({ ...check, directive: undefined }, this.listener);
    this.isListening = true;
    for (const { cell } of behind) {
      if (this.hasRun.has(cell.id)) continue;
      const problem = await this.run(cell, cell.source);
      if (problem.failure) return failed(`[${cell.id}] of the course, which it rests on: ${problem.failure}`);
      this.hasRun.add(cell.id);
    }
    this.spoilt = this.shadows(stub, source);
    const answer = await this.run(stub, source);
    if (answer.failure) {
      // What the compiler misses at the end of a cell, it misses on the line after it.
      const cellLine = answer.line && Math.min(answer.line, source.trimEnd().split("\n").length);
      return { ...failed(`${cellLine ? `line ${cellLine}: ` : ""}${answer.failure}`), cellLine };
    }
    // A learner's own `check`, or one of a cell before, is not the one that counts.
    const imported = 'import { check } from "kernel-utils"; ';
    return this.verdict(exercise, await this.run(check, `${imported}${check.source.replace(/^\/\/\|.*\n/, "\n")}`));
  }

  /** Whether an answer declares a name that the course declares elsewhere, so that later answers would meet it. */
  private shadows(stub: Cell, source: string): boolean {
    const own = new Set(declares(stub));
    const names = declares({ ...stub, source }).filter((name) => !own.has(name));
    const others = new Set(this.course.cells.filter(({ kind }) => kind === "code").flatMap(declares));
    return names.some((name) => others.has(name));
  }

  private verdict(exercise: string, { failure, printed }: { failure?: string; printed: string }): Verdict {
    const lines = printed.split("\n").filter((line) => line.startsWith(this.mark));
    const results = lines.map((line) => JSON.parse(line.slice(this.mark.length)) as Verdict & { id: string });
    const result = results.filter(({ id }) => id === exercise).at(-1);
    if (failure !== undefined) return failed(`its check: ${failure}`);
    if (result === undefined) return failed("its check gave no result");
    const { status, message, mistake } = result;
    return { status, message, ...(mistake === undefined ? {} : { mistake }) };
  }

  private async run(cell: Cell, source: string): Promise<{ failure?: string; line?: number; printed: string }> {
    const once = { ...cell, id: `${cell.id}-${++this.count}`, source };
    const { cellTimeoutSeconds, graceSeconds } = this.options;
    const seconds =
      cell.directive?.name === "slow" ? Math.max(cell.directive.seconds, cellTimeoutSeconds) : cellTimeoutSeconds;
    const { ending } = await runCell(this.link, once, seconds, graceSeconds);
    const failure = judge(once, ending, this.link.troublesOf(once.id));
    const outputs = this.link.outputs.of(once.id);
    const printed = outputs.map((output) => (output.output_type === "stream" ? output.text : "")).join("");
    if (ending.kind !== "replied") this.spoilt = true; // killed or about to end
    return { failure: failure && named(failure), line: failure?.line, printed };
  }
}

const failed = (message: string): Verdict => ({ status: "failed", message });

/** Type errors carry their code in the message already. */
const named = ({ name, message }: { name: string; message: string }): string =>
  message.startsWith(`${name}:`) ? message : `${name}: ${message}`;
