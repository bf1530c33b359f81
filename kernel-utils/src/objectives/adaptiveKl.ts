import { CourseError } from "../errors";
import { checkRange } from "./checks";

/**
 * The controller that steers the KL coefficient to a wanted KL, one step an update:
 *
 *   e = clip(kl / target − 1, −0.2, 0.2)        β ← β (1 + e · steps / horizon)
 *
 * Ziegler et al. 2019, arXiv:1909.08593, section 2.2, as in its code. Defaults of that code: initial 0.15, target 6 nats,
 * horizon 10 000 episodes. OpenRLHF has it as an option; the snapshots of TRL, NeMo-Aligner and NeMo RL read have not.
 */
export interface AdaptiveKlOptions {
  /** β before the first update, > 0. Default 0.15. */
  initial?: number;
  /** The wanted KL of a reply, nats, > 0. Default 6. */
  target?: number;
  /** Episodes over which an error of 1 would change β by its own size, > 0. Default 10 000. */
  horizon?: number;
  /** Episodes an update, > 0: the rollout batch. No default: it is a fact of the run. */
  steps: number;
}

/** β after one update that saw this mean KL of a reply (nats; a negative estimate counts as far below the target). */
export function nextKlCoefficient(coefficient: number, observedKl: number, options: AdaptiveKlOptions): number {
  const { target = 6, horizon = 10_000, steps } = options;
  checkRange("adaptive-kl", { target }, "> 0", target > 0 && Number.isFinite(target));
  checkRange("adaptive-kl", { horizon }, "> 0", horizon > 0 && Number.isFinite(horizon));
  checkRange(
    "adaptive-kl",
    { steps },
    "> 0 and below 5 horizons, or β could reach 0",
    steps > 0 && steps < 5 * horizon,
  );
  if (!Number.isFinite(observedKl)) {
    throw new CourseError("not-finite", `adaptive-kl: the observed KL is ${observedKl}; the run has diverged`);
  }
  const error = Math.min(Math.max(observedKl / target - 1, -0.2), 0.2);
  return coefficient * (1 + (error * steps) / horizon);
}

/**
 * @param observedKl mean KL of a reply at each update, nats
 * @returns coefficients: β after each update
 */
export function adaptiveKl(observedKl: readonly number[], options: AdaptiveKlOptions): { coefficients: number[] } {
  const { initial = 0.15 } = options;
  checkRange("adaptive-kl", { initial }, "> 0", initial > 0 && Number.isFinite(initial));
  let coefficient = initial;
  return { coefficients: observedKl.map((kl) => (coefficient = nextKlCoefficient(coefficient, kl, options))) };
}
