import { join } from "node:path";
import { CourseError, messageOf } from "../../errors";
import { readCheckpoint, writeCheckpoint } from "./checkpointFiles";
import { NotFinite } from "./notFinite";
import { RunFolder } from "./runFolder";
import type { RunOptions } from "./runOptions";
import type { StepPlan } from "./runSteps";
import type { RunRecord, TrainingRun } from "./trainingRun";
import { Warnings } from "./warnings";

/** A plan whose config is fit for JSON, and the identity of the backend that it runs on. */
type Started = StepPlan & { backend: string };

/** Where `referenceLogps` keeps what it scored. */
export const referenceFolderOf = ({ folder, referenceFolder }: RunOptions = {}): string | undefined =>
  referenceFolder ?? (folder === undefined ? undefined : join(folder, "reference"));

/** What a run has done so far, in memory, and on disk where it has a folder. */
export class RunRecorder {
  readonly metrics: Record<string, number>[] = [];
  private readonly evaluations: RunRecord["evaluations"] = [];
  private folder?: RunFolder;

  private constructor(
    private readonly plan: Started,
    private readonly checkpointEvery: number,
    private readonly evaluateEvery: number,
    readonly warnings: Warnings,
  ) {}

  /** Puts weights, optimizer and trainer where the checkpoint left them, if there is one to resume from. */
  static async open(plan: Started, options: RunOptions): Promise<RunRecorder> {
    const { method, steps, progress } = plan;
    const checkpointEvery = interval(method, "checkpointEvery", options.checkpointEvery, steps / 5);
    const evaluateEvery = interval(method, "evaluateEvery", options.evaluateEvery, steps / 10);
    const warnings = new Warnings(method, progress);
    const recorder = new RunRecorder(plan, checkpointEvery, evaluateEvery, warnings);
    if (options.folder !== undefined) await recorder.openFolder(options.folder, options.resume ?? false);
    else if (options.resume) throw new CourseError("usage", `${method}: resume without a folder; say where the run is`);
    for (const { code, text } of plan.warnings ?? []) warnings.add(code, text);
    return recorder;
  }

  private async openFolder(folder: string, resume: boolean): Promise<void> {
    const { plan, warnings } = this;
    const { method, seed, config, backend } = plan;
    const identity = {
      method,
      seed,
      config,
      initialWeights: await plan.initialWeights(),
      data: plan.dataHash?.() ?? "",
    };
    const { run, checkpoint } = await RunFolder.open(folder, identity, backend, resume);
    this.folder = run;
    if (run.takenOver)
      warnings.note(
        `process ${run.takenOver.pid}, which began here at ${run.takenOver.since}, is gone; its lock is taken over`,
      );
    if (checkpoint === undefined) return;
    try {
      const state = await readCheckpoint(checkpoint, plan.weights, plan.optimizer);
      for (const { step, kind, metrics } of await run.rewind(state.metricsBytes)) {
        if (kind === "train") this.metrics.push(metrics);
        else this.evaluations.push({ step, metrics });
      }
      plan.resumable?.restore(state.trainer);
      warnings.restore(state.warnings);
      if (state.backend === backend) return;
      const text = `the run began on ${state.backend} and goes on on ${backend}: its bits are not those of an unbroken run`;
      warnings.add("other-backend", text);
    } catch (thrown) {
      await run.close();
      throw thrown;
    }
  }

  async addStep(row: Record<string, number>): Promise<void> {
    const metrics = withoutNegativeZero(row);
    this.metrics.push(metrics);
    await this.folder?.append({ step: this.metrics.length, kind: "train", metrics });
  }

  async addEvaluation(step: number, row: Record<string, number>): Promise<void> {
    const metrics = withoutNegativeZero(row);
    this.evaluations.push({ step, metrics });
    await this.folder?.append({ step, kind: "evaluation", metrics });
  }

  isEvaluationDue(step: number): boolean {
    return step % this.evaluateEvery === 0 || step === this.plan.steps;
  }

  async checkpointIfDue(step: number): Promise<void> {
    if (!this.folder || (step % this.checkpointEvery !== 0 && step !== this.plan.steps)) return;
    const { folder, metricsBytes } = await this.folder.beforeCheckpoint(step);
    const trainer = this.plan.resumable?.state() ?? null;
    const state = { step, trainer, metricsBytes, warnings: this.warnings.entries(), backend: this.plan.backend };
    await writeCheckpoint(folder, this.plan.weights, this.plan.optimizer, state);
    await this.folder.prune();
  }

  record(): Omit<RunRecord, "seconds"> {
    const { method, seed, steps, backend, config } = this.plan;
    const { metrics, evaluations } = this;
    return {
      method,
      seed,
      backend,
      steps,
      metrics,
      evaluations,
      warnings: this.warnings.texts(),
      config,
    };
  }

  async finish(run: TrainingRun): Promise<TrainingRun> {
    await this.folder?.finish(run);
    return run;
  }

  /** Says in the folder why the run ended. @returns what to throw */
  async fail(thrown: unknown): Promise<unknown> {
    if (!this.folder) return thrown;
    try {
      const reason = thrown instanceof NotFinite ? thrown.saved(await this.saveBatch(this.folder, thrown)) : thrown;
      await this.folder.stop(messageOf(reason), this.warnings.texts());
      return reason;
    } catch {
      return thrown; // a disk that takes nothing must not hide why the run ended
    }
  }

  private saveBatch(folder: RunFolder, { step, values, examples }: NotFinite): Promise<string> {
    const { decode } = this.plan;
    const shown = examples.map((example) => ({ ...example, text: decode?.(example.tokens) }));
    return folder.saveBadBatch({ step: step + 1, values, examples: shown });
  }

  async close(): Promise<void> {
    await this.folder?.close();
  }
}

/** JSON has no −0: a resumed run, which reads its first rows from a file, would differ from an unbroken one. */
const withoutNegativeZero = (row: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value + 0]));

function interval(method: string, name: string, given: number | undefined, usual: number): number {
  if (given === undefined) return Math.max(1, Math.ceil(usual));
  if (Number.isInteger(given) && given > 0) return given;
  throw new CourseError("bad-value", `${method}: ${name} is ${given}; it must be a positive integer`);
}
