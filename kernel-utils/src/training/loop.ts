import * as tf from "@tensorflow/tfjs";
import type { LanguageModel, RewardModel } from "../model";
import { Random } from "../tensor";
import { AdamW, clipByGlobalNorm } from "./adamW";
import { accumulateGradients, type Microbatch } from "./gradients";
import { hashWeights } from "./run/hashes";
import { NotFinite } from "./run/notFinite";
import type { RunOptions } from "./run/runOptions";
import { runSteps, type StepPlan } from "./run/runSteps";
import type { TrainingRun } from "./run/trainingRun";
import { type Schedule, warmupCosine } from "./schedule";
import { type LoopOptions, resolveOptions } from "./settings";

export type { RunOptions, StepReport } from "./run/runOptions";

type Described = "method" | "model" | "resumable" | "dataHash" | "decode" | "watched" | "warnings" | "heldOut";

export interface LoopPlan extends Pick<StepPlan, Described> {
  /** The reward model of which `model` is the body: its head is trained too. */
  rewardModel?: RewardModel;
  /** The batch of this step (from 0), in `accumulationSteps` parts; no part where it holds nothing to learn. */
  microbatches: (step: number) => Microbatch[] | Promise<Microbatch[]>;
  options: LoopOptions & { learningRate: number };
  /** Recorded in the run beside the loop's own options. */
  config: Record<string, unknown>;
}

/** Steps of: loss and gradient, clip, AdamW. Stops before a step that is not finite. */
export async function runLoop(plan: LoopPlan, runOptions: RunOptions = {}): Promise<TrainingRun> {
  const { model, method, rewardModel } = plan;
  const settings = resolveOptions(method, plan.options);
  const { steps, seed, learningRate: peak, warmupSteps, floor, progress, checkpointLayers, decays, ...adam } = settings;
  const schedule = warmupCosine({ peak, warmupSteps, totalSteps: steps, floor: floor * peak });
  const weights = (rewardModel ?? model).trainable;
  const optimizer = new AdamW(weights, decays ? { ...adam, decays } : adam);
  const checkpointedBefore = model.checkpointLayers;
  const config = configOf(plan, settings);
  model.checkpointLayers ||= checkpointLayers;
  try {
    const initialWeights = () => hashWeights(rewardModel ?? model);
    const takeStep = (step: number) => trainStep(plan, weights, optimizer, schedule, step, settings);
    return await runSteps(
      { ...plan, steps, seed, progress, config, weights, optimizer, initialWeights, takeStep },
      runOptions,
    );
  } finally {
    model.checkpointLayers = checkpointedBefore;
    optimizer.dispose();
  }
}

function configOf({ model, config }: LoopPlan, settings: ReturnType<typeof resolveOptions>): Record<string, unknown> {
  const checkpointLayers = settings.checkpointLayers || model.checkpointLayers;
  return { ...describeModel(model), ...settings, checkpointLayers, ...config };
}

/** How large the model is, and its adapter where it has one. */
export function describeModel({ parameterCount, adapter }: LanguageModel): Record<string, unknown> {
  if (!adapter) return { parameterCount };
  return { parameterCount, adapter: { ...adapter.settings, parameterCount: adapter.parameterCount } };
}

async function trainStep(
  { method, model, microbatches }: LoopPlan,
  weights: ReadonlyMap<string, tf.Variable>,
  optimizer: AdamW,
  schedule: Schedule,
  step: number,
  { maxGradNorm, seed }: { maxGradNorm: number; seed: number },
): Promise<Record<string, number>> {
  const given = await microbatches(step);
  const learningRate = schedule(step);
  if (given.length === 0) return { loss: 0, grad_norm: 0, learning_rate: learningRate, skipped: 1 };
  const parts = given.map(({ weight, lossOf }, part) => ({
    weight,
    lossOf: () => model.withDropout(new Random(`dropout ${seed}, step ${step}, part ${part}`), lossOf),
  }));
  const { gradients, metrics } = await accumulateGradients(weights, parts);
  try {
    const { norm, scale } = clipByGlobalNorm(gradients.values(), maxGradNorm);
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
