import { type Float64Node, leaf, float64Arithmetic as m } from "../objectives/arithmetic/float64";
import { total } from "../objectives/probabilities";
import { gather } from "./operations";

/**
 * Population losses: the objectives' own per-example losses, weighted by how often each example occurs in place of a
 * batch that was drawn. Their minimum is what a method converges to with endless data.
 */

/** Σ w L, [B] to []; the weights sum to 1. */
export const populationLoss = (perExample: Float64Node, weights: readonly number[]): Float64Node =>
  m.sum(m.mul(perExample, leaf(weights, [weights.length])));

/** −(E_π[r] − β KL(π‖π_ref)), from log π [Y]: what RLHF minimises, exactly, with no sampling and no clipping. */
export function rlhfLoss(
  logps: Float64Node,
  referenceLogps: readonly number[],
  rewards: readonly number[],
  beta: number,
): Float64Node {
  const shape = [rewards.length];
  const regularised = m.sub(leaf(rewards, shape), m.mul(m.sub(logps, leaf(referenceLogps, shape)), beta));
  return m.neg(m.sum(m.mul(m.exp(logps), regularised)));
}

/** Pairs of replies with their labels: how often `chosen` was preferred to `rejected`, by reply index. */
export interface PopulationPairs {
  chosen: number[];
  rejected: number[];
  /** Of each labelled pair; they sum to 1. */
  weights: number[];
}

/** p(i ≻ j) of Bradley and Terry: σ(r_i − r_j). */
export const bradleyTerry =
  (rewards: readonly number[]) =>
  (i: number, j: number): number =>
    1 / (1 + Math.exp(rewards[j] - rewards[i]));

/** Both labels of every compared pair [i, j], by how often they are given; all pairs equally often compared. */
export function labelledPairs(
  compared: readonly (readonly [number, number])[],
  preference: (i: number, j: number) => number,
): PopulationPairs {
  const both = compared.flatMap(([i, j]) => [
    { chosen: i, rejected: j, weight: preference(i, j) },
    { chosen: j, rejected: i, weight: 1 - preference(i, j) },
  ]);
  const given = both.filter(({ weight }) => weight > 0);
  return {
    chosen: given.map(({ chosen }) => chosen),
    rejected: given.map(({ rejected }) => rejected),
    weights: given.map(({ weight }) => weight / compared.length),
  };
}

/** Every pair of two different replies, once. */
export const allPairs = (replies: number): [number, number][] =>
  Array.from({ length: replies }, (_, i) =>
    Array.from({ length: replies - 1 - i }, (_unused, k): [number, number] => [i, i + 1 + k]),
  ).flat();

/** Inputs of `dpo`, `ipo` and their family for these pairs, from log π and log π_ref [Y]. */
export const pairLogps = (logps: Float64Node, referenceLogps: readonly number[], pairs: PopulationPairs) => {
  const shape = [pairs.weights.length];
  const reference = (replies: number[]) =>
    leaf(
      replies.map((y) => referenceLogps[y]),
      shape,
    );
  return {
    policyChosenLogps: gather(logps, pairs.chosen, shape),
    policyRejectedLogps: gather(logps, pairs.rejected, shape),
    referenceChosenLogps: reference(pairs.chosen),
    referenceRejectedLogps: reference(pairs.rejected),
  };
};

/**
 * Inputs of `kto` where every reply is judged. z0 is given as a number, the exact KL of some policy: `kto` holds it constant,
 * and so a descent can.
 */
export const judgedReplies = (
  logps: Float64Node,
  referenceLogps: readonly number[],
  desirable: readonly boolean[],
  z0: number,
) => {
  const perReply = (values: readonly number[]) => leaf(values, [desirable.length]);
  return {
    policyLogps: logps,
    referenceLogps: perReply(referenceLogps),
    desirable: perReply(desirable.map(Number)),
    klPolicyLogps: perReply(desirable.map(() => z0)),
    klReferenceLogps: perReply(desirable.map(() => 0)),
  };
};

/** Mean entropy of the labels, nats: no loss of the form −log p(label) gets below it, and DPO's minimum is it. */
export const labelEntropy = (
  compared: readonly (readonly [number, number])[],
  preference: (i: number, j: number) => number,
): number => total(compared.map(([i, j]) => binaryEntropy(preference(i, j)))) / compared.length;

const binaryEntropy = (p: number): number => -total([p, 1 - p].map((q) => (q === 0 ? 0 : q * Math.log(q))));
