/** The tilted policy and its KL, in float64 and stable at any β: what several specs here compute. */
import type { Row } from "../../numbers";
import { logSoftmax, sum } from "../shared/plain";

/** log π* = log softmax(log π_ref + r / β). */
export const tiltedLogps = (referenceLogps: Row, rewards: Row, beta: number): number[] =>
  logSoftmax(referenceLogps.map((logp, y) => logp + rewards[y] / beta));

/** KL(p‖q) in nats, from log-probs. */
export const klOf = (logP: Row, logQ: Row): number => sum(logP.map((logp, y) => Math.exp(logp) * (logp - logQ[y])));

/** log Σ e^x. */
export function logSumExp(x: Row): number {
  const top = Math.max(...x);
  return top + Math.log(sum(x.map((entry) => Math.exp(entry - top))));
}
