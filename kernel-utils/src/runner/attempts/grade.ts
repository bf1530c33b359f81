/** Grades one copy: each exercise as the learner wrote it, checked by the course's own check cell, on a kernel. */
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
import type { Copy } from "./copies";

export interface Grade {
  exercise: string;
  status: "passed" | "failed" | "not-attempted";
  /** The name of the mistake that was recognised. */
  mistake?: string;
  message: string;
  seconds: number;
}

export interface GradeOptions {
  kernel: KernelSpec;
  cellTimeoutSeconds: number;
  startSeconds: number;
  graceSeconds: number;
  signal?: AbortSignal;
}

/** Every exercise gets what it rests on and no more, so no training runs that no check needs. */
export async function gradeCopy({ course, answers }: Copy, options: GradeOptions): Promise<Grade[]> {
  const grades: Grade[] = [];
  let session: Session | undefined;
  try {
    for (const stub of course.cells) {
      if (stub.directive?.name !== "exercise" || options.signal?.aborted) continue;
      const { exercise } = stub.directive;
      const source = answers.get(exercise);
      const untouched = source === undefined ? "its cell is missing" : source.trim() === stub.source.trim();
      if (untouched !== false) {
        const message = typeof untouched === "string" ? untouched : "the stub is untouched";
        grades.push({ exercise, status: "not-attempted", message, seconds: 0 });
        continue;
      }
      if (session === undefined || session.link.process.ended) {
        await session?.link.close();
        session = await Session.start(course, options);
      }
      const started = Date.now();
      const grade = await session.grade(stub, source as string);
      grades.push({ exercise, ...grade, seconds: (Date.now() - started) / 1000 });
    }
  } finally {
    await session?.link.close();
  }
  return grades;
}

type Verdict = Omit<Grade, "exercise" | "seconds">;

class Session {
  private readonly hasRun = new Set<string>();
  private readonly mark = `grade-${randomUUID()} `;
  private count = 0;

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
    if (!this.hasRun.has("")) await this.run({ ...check, directive: undefined }, this.listener);
    this.hasRun.add("");
    for (const { cell } of behind) {
      if (this.hasRun.has(cell.id)) continue;
      const problem = await this.run(cell, cell.source);
      if (problem.failure) return failed(`[${cell.id}] of the course, which it rests on: ${problem.failure}`);
      this.hasRun.add(cell.id);
    }
    const answer = await this.run(stub, source);
    if (answer.failure) return failed(answer.failure);
    return this.verdict(exercise, await this.run(check, check.source));
  }

  private verdict(exercise: string, { failure, printed }: { failure?: string; printed: string }): Verdict {
    const lines = printed.split("\n").filter((line) => line.startsWith(this.mark));
    const results = lines.map((line) => JSON.parse(line.slice(this.mark.length)) as Verdict & { id: string });
    const result = results.filter(({ id }) => id === exercise).at(-1);
    if (failure !== undefined || result === undefined) return failed(failure ?? "its check gave no result");
    const { status, message, mistake } = result;
    return { status, message, ...(mistake === undefined ? {} : { mistake }) };
  }

  private async run(cell: Cell, source: string): Promise<{ failure?: string; printed: string }> {
    const once = { ...cell, id: `${cell.id}-${++this.count}`, source };
    const { cellTimeoutSeconds, graceSeconds } = this.options;
    const seconds =
      cell.directive?.name === "slow" ? Math.max(cell.directive.seconds, cellTimeoutSeconds) : cellTimeoutSeconds;
    const { ending } = await runCell(this.link, once, seconds, graceSeconds);
    const failure = judge(once, ending, this.link.troublesOf(once.id));
    const outputs = this.link.outputs.of(once.id);
    const printed = outputs.map((output) => (output.output_type === "stream" ? output.text : "")).join("");
    return { failure: failure && named(failure), printed };
  }
}

const failed = (message: string): Verdict => ({ status: "failed", message });

/** Type errors carry their code in the message already. */
const named = ({ name, message }: { name: string; message: string }): string =>
  message.startsWith(`${name}:`) ? message : `${name}: ${message}`;
