import * as tf from "@tensorflow/tfjs";
import type { LanguageModel } from "../model";
import { backendReport, Random } from "../tensor";
import { AdamW, clipByGlobalNorm } from "./adamW";
import { accumulateGradients, type Microbatch } from "./gradients";
import { ProgressLine } from "./progress";
import { NotFinite } from "./run/notFinite";
import { RunRecorder } from "./run/runRecorder";
import { TrainingRun } from "./run/trainingRun";
import { observe, type WatchedMethod } from "./run/watch";
import { type Schedule, warmupCosine } from "./schedule";
import { type LoopOptions, resolveOptions } from "./settings";

export interface StepReport {
  /** From 1. */
  step: number;
  metrics: Record<string, number>;
  model: LanguageModel;
}

export interface RunOptions {
  /** Called after each step; awaited, so it may generate or evaluate. */
  onStep?: (report: StepReport) => void | Promise<void>;
  /** Measures the model during training: gold reward, held-out loss, anything that gives numbers by name. */
  evaluate?: (report: StepReport) => Promise<Record<string, number>>;
  /** Steps between evaluations; the last step always has one. Default: a tenth of the steps. */
  evaluateEvery?: number;
  /** Called with what `evaluate` returned. */
  onEvaluate?: (report: StepReport) => void | Promise<void>;
  /** Where the run is kept: config, seed, backend, metrics, checkpoints. Default: nowhere. */
  folder?: string;
  /** Go on with the run in `folder`, from its newest checkpoint, bit for bit. An empty folder starts it. Default false. */
  resume?: boolean;
  /** Steps between checkpoints; the last step always has one. Default: a fifth of the steps. */
  checkpointEvery?: number;
  /** Where reference log-probs are kept and looked for. Default: `reference` in the run's folder, or nowhere. */
  referenceFolder?: string;
  /** What asked for the run, recorded in its config. */
  request?: Readonly<Record<string, unknown>>;
}

export interface LoopPlan {
  method: string;
  model: LanguageModel;
  /** The batch of this step (from 0), in `accumulationSteps` parts. */
  microbatches: (step: number) => Microbatch[] | Promise<Microbatch[]>;
  options: LoopOptions & { learningRate: number };
  /** Recorded in the run beside the loop's own options. */
  config: Record<string, unknown>;
  /** What the trainer itself has to remember between steps, its batch order for one; fit for JSON. */
  resumable?: { state(): unknown; restore(state: unknown): void };
  /** A hash of the records, so that a run is not resumed on others. */
  dataHash?: () => string;
  /** Tokens as text, for a person to look at. */
  decode?: (tokens: readonly number[]) => string;
  /** Which rules of `observe` apply. */
  watched?: Partial<WatchedMethod>;
  /** Said before the first step: what the records themselves call for. */
  warnings?: readonly { code: string; text: string }[];
}

/** Steps of: loss and gradient, clip, AdamW. Stops before a step that is not finite. */
export async function runLoop(plan: LoopPlan, runOptions: RunOptions = {}): Promise<TrainingRun> {
  const { model, method } = plan;
  const { onStep, onEvaluate, evaluate } = runOptions;
  const settings = resolveOptions(method, plan.options);
  const { steps, seed, learningRate: peak, warmupSteps, floor, progress, checkpointLayers, decays, ...adam } = settings;
  const schedule = warmupCosine({ peak, warmupSteps, totalSteps: steps, floor: floor * peak });
  const backend = backendReport().identity;
  const { request } = runOptions;
  const config = { ...configOf(plan, settings), ...(request && { request }) };
  const optimizer = new AdamW(model.trainable, decays ? { ...adam, decays } : adam);
  const checkpointedBefore = model.checkpointLayers;
  let line: ProgressLine | undefined;
  let recorder: RunRecorder | undefined;
  try {
    recorder = await RunRecorder.open(plan, { seed, steps, backend, config, progress }, optimizer, runOptions);
    const { metrics, warnings } = recorder;
    const started = performance.now();
    line = new ProgressLine(method, steps, progress, metrics.length);
    model.checkpointLayers ||= checkpointLayers;
    for (let step = metrics.length; step < steps; step++) {
      const row = await trainStep(plan, optimizer, schedule, step, settings);
      await recorder.addStep(row);
      for (const { code, text, level } of observe(metrics, watchedOf(plan))) warnings.add(code, text, level);
      line.update(step + 1, row.loss);
      const report = { step: step + 1, metrics: row, model };
      await onStep?.(report);
      if (evaluate && recorder.isEvaluationDue(step + 1)) {
        const measured = { ...report, metrics: await evaluate(report) };
        await recorder.addEvaluation(step + 1, measured.metrics);
        await onEvaluate?.(measured);
      }
      await recorder.checkpointIfDue(step + 1);
      await new Promise(setImmediate); // lets an interrupt in
    }
    const seconds = (performance.now() - started) / 1000;
    return await recorder.finish(new TrainingRun({ ...recorder.record(), seconds }));
  } catch (thrown) {
    throw recorder ? await recorder.fail(thrown) : thrown;
  } finally {
    line?.end();
    model.checkpointLayers = checkpointedBefore;
    optimizer.dispose();
    await recorder?.close();
  }
}

const watchedOf = ({ watched }: LoopPlan): WatchedMethod => ({ hasReference: false, isKto: false, ...watched });

function configOf({ model, config }: LoopPlan, settings: ReturnType<typeof resolveOptions>): Record<string, unknown> {
  const adapter = model.adapter && {
    adapter: { ...model.adapter.settings, parameterCount: model.adapter.parameterCount },
  };
  const { decays, ...plain } = settings; // a function is no JSON
  const checkpointLayers = settings.checkpointLayers || model.checkpointLayers;
  return { parameterCount: model.parameterCount, ...adapter, ...plain, checkpointLayers, ...config };
}

async function trainStep(
  { method, model, microbatches }: LoopPlan,
  optimizer: AdamW,
  schedule: Schedule,
  step: number,
  { maxGradNorm, seed }: { maxGradNorm: number; seed: number },
): Promise<Record<string, number>> {
  const given = await microbatches(step);
  const parts = given.map(({ weight, lossOf }, part) => ({
    weight,
    lossOf: () => model.withDropout(new Random(`dropout ${seed}, step ${step}, part ${part}`), lossOf),
  }));
  const { gradients, metrics } = await accumulateGradients(model.trainable, parts);
  try {
    const { norm, scale } = clipByGlobalNorm(gradients.values(), maxGradNorm);
    const learningRate = schedule(step);
    const row: Record<string, number> = { ...metrics, grad_norm: norm, learning_rate: learningRate };
    for (const name of ["loss", "grad_norm"] as const) {
      if (!Number.isFinite(row[name])) throw new NotFinite(method, step, name, row, given.flatMap(examplesOf));
    }
    optimizer.step(gradients, learningRate, scale);
    return row;
  } finally {
    tf.dispose([...gradients.values()]);
  }
}

const examplesOf = ({ examples = [] }: Microbatch) => [...examples];
