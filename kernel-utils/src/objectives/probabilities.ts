import { CourseError } from "../errors";

export const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Refuses what is no distribution; sums within 1e-6 of 1 pass and are divided out. */
export function checkedProbabilities(where: string, name: string, probs: readonly number[]): number[] {
  const wrong = probs.findIndex((p) => !(p >= 0 && p <= 1));
  if (wrong >= 0) {
    throw new CourseError("bad-value", `${where}: ${name}[${wrong}] is ${probs[wrong]}; a probability is in [0, 1]`);
  }
  const sum = total(probs);
  if (!(Math.abs(sum - 1) <= 1e-6)) {
    throw new CourseError("bad-value", `${where}: ${name} sums to ${sum}; divide it by its sum, so that it sums to 1`);
  }
  return probs.map((p) => p / sum);
}

/** log Σ e^x; −∞ entries add nothing. */
export function logSumExp(x: readonly number[]): number {
  const largest = x.reduce((a, b) => Math.max(a, b), -Infinity);
  return largest === -Infinity ? -Infinity : largest + Math.log(total(x.map((entry) => Math.exp(entry - largest))));
}

/** KL(p‖q) = Σ p (log p − log q) from log-probs, nats; entries with p = 0 add nothing. */
export const klOfLogProbs = (logP: readonly number[], logQ: readonly number[]): number =>
  total(logP.map((lp, i) => (lp === -Infinity ? 0 : Math.exp(lp) * (lp - logQ[i]))));
