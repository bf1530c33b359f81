import { CourseError } from "../../errors";
import type { AdamWOptions } from "../adamW";
import { describeModel } from "../loop";
import type { RunOptions } from "../run/runOptions";
import { runSteps, type StepPlan } from "../run/runSteps";
import { mean } from "../run/series";
import type { TrainingRun } from "../run/trainingRun";
import { warmupCosine } from "../schedule";
import { definedOnly } from "../settings";
import type { PolicyOptimizer } from "./policyOptimizer";

/** What every trainer that samples from its policy takes beside its models and prompts. */
export interface UpdateOptions extends AdamWOptions {
  /** Rounds of sampling and learning. Default 60. */
  updates?: number;
  /** Prompts a round. Default 32. */
  promptsPerUpdate?: number;
  /** Times that a round's replies are gone through. */
  epochs?: number;
  /** Optimizer steps an epoch. */
  minibatches?: number;
  /** Each step's replies go through the model in this many parts: less memory, the same gradient. Default 1. */
  accumulationSteps?: number;
  /** Peak of the warm-up + cosine schedule over updates. Default 3e-4. */
  learningRate?: number;
  /** Default: a twentieth of the updates. */
  warmupUpdates?: number;
  /** Learning rate of the last update, as a share of the peak. Default 0.1. */
  floor?: number;
  /** Each network's gradient is scaled down to this length; Infinity for never. Default 1. */
  maxGradNorm?: number;
  /** The longest reply, in tokens. Default 20. */
  maxNewTokens?: number;
  /** Of the sampled policy, in rollout and loss alike. Default 1. Top-k and top-p would sample from another policy. */
  temperature?: number;
  /** Chooses prompts, tokens and minibatches; two runs with one seed on one backend are equal bit for bit. Default 0. */
  seed?: number;
  /** A line on stderr with the loss and the time left. Default false. */
  progress?: boolean;
}

const updateDefaults = {
  updates: 60,
  promptsPerUpdate: 32,
  epochs: 1,
  minibatches: 1,
  accumulationSteps: 1,
  learningRate: 3e-4,
  floor: 0.1,
  maxGradNorm: 1,
  maxNewTokens: 20,
  temperature: 1,
  seed: 0,
  progress: false,
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0,
};

export type UpdateSettings = typeof updateDefaults & Pick<UpdateOptions, "decays"> & { warmupUpdates: number };

const counts = ["updates", "promptsPerUpdate", "epochs", "minibatches", "accumulationSteps", "maxNewTokens"] as const;
const positives = ["learningRate", "maxGradNorm", "temperature"] as const;

/** Fills in and checks the options; `defaults` are the method's own. */
export function updateSettings(
  method: string,
  options: UpdateOptions,
  defaults: Partial<UpdateOptions> = {},
): UpdateSettings {
  const merged = { ...updateDefaults, ...definedOnly(defaults), ...definedOnly(options) } as UpdateSettings;
  for (const name of counts) {
    if (Number.isInteger(merged[name]) && merged[name] > 0) continue;
    throw new CourseError("bad-value", `${method}: ${name} is ${merged[name]}; it must be a positive integer`);
  }
  for (const name of positives) {
    if (merged[name] > 0) continue;
    throw new CourseError("bad-value", `${method}: ${name} is ${merged[name]}; it must be above 0`);
  }
  return { ...merged, warmupUpdates: options.warmupUpdates ?? Math.ceil(merged.updates / 20) };
}

type Described = "method" | "model" | "initialWeights" | "resumable" | "dataHash" | "decode" | "warnings" | "heldOut";

export interface UpdatePlan extends Pick<StepPlan, Described> {
  settings: UpdateSettings;
  optimizer: PolicyOptimizer;
  /** One round; update counts from 0. */
  update: (update: number, learningRate: number) => Promise<Record<string, number>>;
  /** Recorded in the run beside the settings. */
  config: Record<string, unknown>;
}

/** Rounds of whatever `update` does, with a schedule; recorded and resumed as the steps of every trainer. */
export function runUpdates(plan: UpdatePlan, runOptions?: RunOptions): Promise<TrainingRun> {
  const { settings, optimizer, model } = plan;
  const { updates: steps, learningRate: peak, warmupUpdates, floor, progress, seed } = settings;
  const schedule = warmupCosine({ peak, warmupSteps: warmupUpdates, totalSteps: steps, floor: floor * peak });
  const takeStep = async (step: number) => {
    const learningRate = schedule(step);
    return { ...(await plan.update(step, learningRate)), learning_rate: learningRate };
  };
  const config = { ...describeModel(model), ...settings, ...plan.config };
  const { weights } = optimizer;
  return runSteps({ ...plan, steps, seed, progress, config, weights, takeStep }, runOptions);
}

/** The mean of each metric over the optimizer steps of a round. */
export function averageMetrics(steps: readonly Record<string, number>[]): Record<string, number> {
  const names = [...new Set(steps.flatMap((step) => Object.keys(step)))];
  return Object.fromEntries(
    names.map((name) => [name, mean(steps.flatMap((step) => (name in step ? [step[name]] : [])))]),
  );
}
