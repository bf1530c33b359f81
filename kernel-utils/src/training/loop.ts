import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import type { LanguageModel } from "../model";
import { Random } from "../tensor";
import { AdamW, type AdamWOptions, clipByGlobalNorm } from "./adamW";
import { accumulateGradients, type Microbatch } from "./gradients";
import { ProgressLine } from "./progress";
import { type Schedule, warmupCosine } from "./schedule";

/** What every trainer takes beside its model and records. */
export interface LoopOptions extends AdamWOptions {
  /** Optimizer steps. Default 200. */
  steps?: number;
  /** Records a step. Default 32. */
  batchSize?: number;
  /**
   * A step's records go through the model in this many parts, one after another: less memory, the same gradient up to
   * float32 rounding. Default 1.
   */
  accumulationSteps?: number;
  /** Keep only each layer's input for the backward pass: less memory, the same gradient, more time. Default false. */
  checkpointLayers?: boolean;
  /** Peak of the warm-up + cosine schedule. Default 5e-3 for maximum likelihood, 5e-4 for preferences. */
  learningRate?: number;
  /** Default: a twentieth of the steps. */
  warmupSteps?: number;
  /** Learning rate of the last step, as a share of the peak. Default 0.1. */
  floor?: number;
  /** Gradients longer than this are scaled down to it. Default 1. */
  maxGradNorm?: number;
  /** Chooses the batches; two runs with one seed on one backend are equal bit for bit. Default 0. */
  seed?: number;
  /** A line on stderr with the loss and the time left. Default false. */
  progress?: boolean;
}

export interface StepReport {
  /** From 1. */
  step: number;
  metrics: Record<string, number>;
  model: LanguageModel;
}

export interface RunOptions {
  /** Called after each step; awaited, so it may generate or evaluate. */
  onStep?: (report: StepReport) => void | Promise<void>;
}

/** The record of a training run; plain data, fit for JSON. */
export interface TrainingRun {
  method: string;
  seed: number;
  backend: string;
  steps: number;
  /** One entry a step. */
  metrics: Record<string, number>[];
  seconds: number;
  config: Record<string, unknown>;
}

export interface LoopPlan {
  method: string;
  model: LanguageModel;
  /** The batch of this step (from 0), in `accumulationSteps` parts. */
  microbatches: (step: number) => Microbatch[];
  options: LoopOptions & { learningRate: number };
  /** Recorded in the run beside the loop's own options. */
  config: Record<string, unknown>;
}

/** Steps of: loss and gradient, clip, AdamW. Stops before a step that is not finite. */
export async function runLoop(plan: LoopPlan, { onStep }: RunOptions = {}): Promise<TrainingRun> {
  const { model, method } = plan;
  const settings = resolveOptions(method, plan.options);
  const { steps, seed, learningRate: peak, warmupSteps, floor, progress, checkpointLayers, decays, ...adam } = settings;
  const schedule = warmupCosine({ peak, warmupSteps, totalSteps: steps, floor: floor * peak });
  const optimizer = new AdamW(model.trainable, decays ? { ...adam, decays } : adam);
  const line = new ProgressLine(method, steps, progress);
  const metrics: Record<string, number>[] = [];
  const started = performance.now();
  const checkpointedBefore = model.checkpointLayers;
  model.checkpointLayers ||= checkpointLayers;
  try {
    for (let step = 0; step < steps; step++) {
      metrics.push(await trainStep(plan, optimizer, schedule, step, settings));
      line.update(step + 1, metrics[step].loss);
      await onStep?.({ step: step + 1, metrics: metrics[step], model });
      await new Promise(setImmediate); // lets an interrupt in
    }
  } finally {
    line.end();
    model.checkpointLayers = checkpointedBefore;
    optimizer.dispose();
  }
  const seconds = (performance.now() - started) / 1000;
  const adapter = model.adapter && {
    adapter: { ...model.adapter.settings, parameterCount: model.adapter.parameterCount },
  };
  const used = { parameterCount: model.parameterCount, ...adapter, ...settings };
  const config = { ...used, checkpointLayers: checkpointLayers || model.checkpointLayers, ...plan.config };
  return { method, seed, backend: tf.getBackend(), steps, metrics, seconds, config };
}

function resolveOptions(method: string, options: LoopPlan["options"]) {
  const steps = options.steps ?? 200;
  const settings = {
    batchSize: 32,
    accumulationSteps: 1,
    checkpointLayers: false,
    warmupSteps: Math.ceil(steps / 20),
    floor: 0.1,
    maxGradNorm: 1,
    seed: 0,
    progress: false,
    beta1: 0.9,
    beta2: 0.95,
    epsilon: 1e-8,
    weightDecay: 0.01,
    ...definedOnly(options),
    steps,
  };
  for (const name of ["steps", "batchSize", "accumulationSteps"] as const) {
    if (Number.isInteger(settings[name]) && settings[name] > 0) continue;
    throw new CourseError("bad-value", `${method}: ${name} is ${settings[name]}; it must be a positive integer`);
  }
  if (settings.accumulationSteps > settings.batchSize) {
    const parts = `accumulationSteps is ${settings.accumulationSteps}, batchSize ${settings.batchSize}`;
    throw new CourseError("bad-value", `${method}: ${parts}; a part needs at least one record`);
  }
  if (!(settings.maxGradNorm > 0)) {
    throw new CourseError("bad-value", `${method}: maxGradNorm is ${settings.maxGradNorm}; it must be above 0`);
  }
  return settings;
}

/** An option given as undefined means its default. */
const definedOnly = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;

async function trainStep(
  { method, model, microbatches }: LoopPlan,
  optimizer: AdamW,
  schedule: Schedule,
  step: number,
  { maxGradNorm, seed }: { maxGradNorm: number; seed: number },
): Promise<Record<string, number>> {
  const parts = microbatches(step).map(({ weight, lossOf }, part) => ({
    weight,
    lossOf: () => model.withDropout(new Random(`dropout ${seed}, step ${step}, part ${part}`), lossOf),
  }));
  const { gradients, metrics } = await accumulateGradients(model.trainable, parts);
  try {
    const { norm, scale } = clipByGlobalNorm(gradients.values(), maxGradNorm);
    const learningRate = schedule(step);
    refuseNonFinite(method, step, { loss: metrics.loss, grad_norm: norm }, learningRate);
    optimizer.step(gradients, learningRate, scale);
    return { ...metrics, grad_norm: norm, learning_rate: learningRate };
  } finally {
    tf.dispose([...gradients.values()]);
  }
}

function refuseNonFinite(method: string, step: number, numbers: Record<string, number>, learningRate: number): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (Number.isFinite(value)) continue;
    const advice = `the weights are still those of step ${step}; lower learningRate (${learningRate}) or look at the batch`;
    throw new CourseError("not-finite", `${method}: ${name} is ${value} at step ${step + 1}; ${advice}`);
  }
}
