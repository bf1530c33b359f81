import { CourseError } from "../errors";

export interface WarmupCosineOptions {
  /** The highest learning rate, reached when the warm-up ends. */
  peak: number;
  warmupSteps: number;
  totalSteps: number;
  /** The learning rate of the last step. Default 0. */
  floor?: number;
}

/** Learning rate of step 0, 1, 2 … */
export type Schedule = (step: number) => number;

/**
 * Linear warm-up, then half a cosine down to the floor:
 *
 *   step < W      peak · (step + 1) / W
 *   otherwise     floor + (peak − floor) · ½ (1 + cos(π · (step − W) / (S − 1 − W)))
 *
 * Loshchilov and Hutter 2017, arXiv:1608.03983, eq. 5, without restarts. The first step already learns.
 */
export function warmupCosine({ peak, warmupSteps, totalSteps, floor = 0 }: WarmupCosineOptions): Schedule {
  if (!(peak > 0) || !(floor >= 0 && floor <= peak)) {
    throw new CourseError("bad-value", `warmupCosine: peak ${peak}, floor ${floor}; take 0 <= floor <= peak, peak > 0`);
  }
  if (!(warmupSteps >= 0 && warmupSteps <= totalSteps)) {
    throw new CourseError(
      "bad-value",
      `warmupCosine: warmupSteps is ${warmupSteps} of totalSteps ${totalSteps}; warm up for at most the whole run`,
    );
  }
  return (step) => {
    if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps;
    const done = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - 1 - warmupSteps));
    return floor + (peak - floor) * 0.5 * (1 + Math.cos(Math.PI * done));
  };
}
