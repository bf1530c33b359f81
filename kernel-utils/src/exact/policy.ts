import { type Float64Node, leaf, float64Arithmetic as m } from "../objectives/arithmetic/float64";
import { gather, logSoftmaxRows } from "./operations";
import type { ExactWorld } from "./world";

/**
 * A tabular autoregressive policy: a softmax of its own for the token after every prefix, so that it can be any
 * distribution over replies at all. What it cannot reach is then not the model's fault.
 */

/** Log-probs of each token of each reply, [Y,maxLength], 0 in the padding; differentiable by the logits [P,V]. */
export const replyTokenLogps = (world: ExactWorld, logits: Float64Node): Float64Node =>
  gather(logSoftmaxRows(logits), world.lookups, [world.replies.length, world.maxLength]);

/** log π of each reply, [Y]; the probabilities sum to 1. */
export const replyLogps = (world: ExactWorld, logits: Float64Node): Float64Node =>
  m.sumLast(replyTokenLogps(world, logits));

/** 1 for the tokens of each reply, [Y,maxLength]. */
export const replyMask = (world: ExactWorld): Float64Node =>
  leaf(
    world.lookups.map((index) => Number(index >= 0)),
    [world.replies.length, world.maxLength],
  );

/** The logits [P·V] whose policy is the given distribution over replies: log of the conditional probabilities. */
export function logitsOf(world: ExactWorld, replyProbs: readonly number[]): number[] {
  const mass = new Array<number>(world.prefixes.length * world.vocabulary).fill(0);
  world.lookups.forEach((index, i) => {
    if (index >= 0) mass[index] += replyProbs[Math.floor(i / world.maxLength)];
  });
  return mass.map(Math.log); // up to a constant a row, which softmax drops
}

/** log π of each reply as plain numbers, from logits as plain numbers [P·V]. */
export const replyLogpsOf = (world: ExactWorld, logits: readonly number[]): number[] => [
  ...replyLogps(world, leaf(logits, [world.prefixes.length, world.vocabulary])).values,
];
