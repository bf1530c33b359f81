import type * as tf from "@tensorflow/tfjs";
import type { LanguageModel } from "../../model";
import { backendReport } from "../../tensor";
import { ProgressLine } from "../progress";
import type { OptimizerState } from "./checkpointFiles";
import type { RunOptions } from "./runOptions";
import { RunRecorder } from "./runRecorder";
import { TrainingRun } from "./trainingRun";
import { observe, type WatchedMethod } from "./watch";

/** A method as a run sees it: what a step does, all that it changes, and what must be the same for it to go on. */
export interface StepPlan {
  method: string;
  /** Given to callbacks. */
  model: LanguageModel;
  steps: number;
  seed: number;
  progress: boolean;
  config: Record<string, unknown>;
  /** Every weight that a step changes, by name: of the policy, and of a critic where there is one. */
  weights: ReadonlyMap<string, tf.Variable>;
  optimizer: OptimizerState;
  /** A hash of all weights before the first step: of those that change, and of those that they are compared with. */
  initialWeights: () => Promise<string>;
  /** One step, counted from 0. @returns its metrics, `loss` among them */
  takeStep: (step: number) => Promise<Record<string, number>>;
  /** What else steps change, a batch order or a random stream for one; fit for JSON. */
  resumable?: { state(): unknown; restore(state: unknown): void };
  /** A hash of the records, so that a run is not resumed on others. */
  dataHash?: () => string;
  /** Tokens as text, for a person to look at. */
  decode?: (tokens: readonly number[]) => string;
  /** Which rules of `observe` apply. */
  watched?: Partial<WatchedMethod>;
  /** Said before the first step: what the records themselves call for. */
  warnings?: readonly { code: string; text: string }[];
  /** Loss and metrics on records that are not trained on; recorded with every evaluation. */
  heldOut?: () => Promise<Record<string, number>>;
}

/** Steps, one after another, from where the folder's newest checkpoint stands; recorded, watched, evaluated, kept. */
export async function runSteps(plan: StepPlan, runOptions: RunOptions = {}): Promise<TrainingRun> {
  const { method, model, steps, progress } = plan;
  const { request } = runOptions;
  const backend = backendReport().identity;
  const config = jsonOnly({ ...plan.config, ...(request && { request }) });
  let line: ProgressLine | undefined;
  let recorder: RunRecorder | undefined;
  try {
    recorder = await RunRecorder.open({ ...plan, config, backend }, runOptions);
    const { metrics, warnings } = recorder;
    const watched = { hasReference: false, isKto: false, ...plan.watched };
    const started = performance.now();
    line = new ProgressLine(method, steps, progress, metrics.length);
    for (let step = metrics.length; step < steps; step++) {
      const row = await plan.takeStep(step);
      await recorder.addStep(row);
      for (const { code, text, level } of observe(metrics, watched)) warnings.add(code, text, level);
      line.update(step + 1, row.loss);
      await runOptions.onStep?.({ step: step + 1, metrics: row, model });
      await evaluateIfDue(plan, recorder, runOptions, step + 1);
      await recorder.checkpointIfDue(step + 1);
      await new Promise(setImmediate); // lets an interrupt in
    }
    const seconds = (performance.now() - started) / 1000;
    return await recorder.finish(new TrainingRun({ ...recorder.record(), seconds }));
  } catch (thrown) {
    throw recorder ? await recorder.fail(thrown) : thrown;
  } finally {
    line?.end();
    await recorder?.close();
  }
}

async function evaluateIfDue(
  { model, heldOut }: StepPlan,
  recorder: RunRecorder,
  { evaluate, onEvaluate }: RunOptions,
  step: number,
): Promise<void> {
  if (!(evaluate || heldOut) || !recorder.isEvaluationDue(step)) return;
  const report = { step, metrics: recorder.metrics[step - 1], model };
  const measured = { ...report, metrics: { ...(await heldOut?.()), ...(await evaluate?.(report)) } };
  await recorder.addEvaluation(step, measured.metrics);
  await onEvaluate?.(measured);
}

/** JSON has neither functions nor Infinity: a limit that is none is left out of the record, as is what is undefined. */
const jsonOnly = (config: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(config).filter(([, value]) => isKept(value)));

const isKept = (value: unknown): boolean =>
  value !== undefined && value !== Number.POSITIVE_INFINITY && typeof value !== "function";
