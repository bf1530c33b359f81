import { total } from "../objectives/probabilities";

/** Exact measures of distributions over replies, from log-probs [Y] in nats. */

export { klOfLogProbs as klDivergence } from "../objectives/probabilities";

/** E_π[r]. */
export const expectedReward = (logps: readonly number[], rewards: readonly number[]): number =>
  total(logps.map((logp, y) => Math.exp(logp) * rewards[y]));

/** ½ Σ |p − q|, from 0 to 1: the largest difference in the probability of any set of replies. */
export const totalVariation = (logP: readonly number[], logQ: readonly number[]): number =>
  0.5 * total(logP.map((logp, y) => Math.abs(Math.exp(logp) - Math.exp(logQ[y]))));
