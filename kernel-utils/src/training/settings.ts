import { CourseError } from "../errors";
import type { AdamWOptions } from "./adamW";

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

/** The options with every default filled in, checked. */
export function resolveOptions(method: string, options: LoopOptions & { learningRate: number }) {
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
export const definedOnly = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
