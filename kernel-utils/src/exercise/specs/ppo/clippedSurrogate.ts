import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";

type Inputs = readonly [logps: Row, oldLogps: Row, advantages: Row, epsilon: number];

const clip = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);
/** One number a token, from its ratio and advantage. */
const each = (logps: Row, oldLogps: Row, advantages: Row, f: (ratio: number, advantage: number) => number): number[] =>
  logps.map((logp, i) => f(Math.exp(logp - oldLogps[i]), advantages[i]));

/** Tokens with given ratios; where they start from is drawn. */
const drawn = (
  name: string,
  property: string,
  [ratios, advantages, epsilon]: [Row, Row, number],
  random: Random,
): ExerciseCase<Inputs> => {
  const oldLogps = ratios.map(() => -4 - 2 * random.uniform());
  return {
    name,
    property,
    inputs: [oldLogps.map((old, i) => old + Math.log(ratios[i])), oldLogps, advantages, epsilon],
  };
};

export const clippedSurrogate = defineExercise<Inputs>({
  id: "clipped-surrogate",
  answer: "one loss per token",
  inputs: [
    { name: "logps", kind: "float32" },
    { name: "oldLogps", kind: "float32" },
    { name: "advantages", kind: "float32" },
    { name: "epsilon", kind: "plain" },
  ],
  cases: (random) => [
    drawn("good tokens, ratios 0.5 to 2", "flat above 1 + ε", [[0.5, 0.9, 1.1, 2], [1, 2, 1, 3], 0.2], random),
    drawn("bad tokens, ratios 0.5 to 2", "flat below 1 − ε", [[0.5, 0.9, 1.1, 2], [-1, -2, -1, -3], 0.2], random),
    drawn("nothing learnt yet", "ratio 1: minus the advantage", [[1, 1, 1], [1.5, -2, 0], 0.1], random),
    drawn("a bad token 50 times likelier", "not clipped: it must come down", [[50, 0.02], [-1, 1], 0.3], random),
  ],
  reference: (logps, oldLogps, advantages, epsilon) =>
    each(logps, oldLogps, advantages, (ratio, a) => -Math.min(ratio * a, clip(ratio, 1 - epsilon, 1 + epsilon) * a)),
  mistakes: [
    {
      name: "sign",
      message: "the sign is flipped: min(…) is the objective of the paper, to be maximised; the loss is its negative",
      run: (logps, oldLogps, advantages, epsilon) =>
        each(logps, oldLogps, advantages, (ratio, a) => Math.min(ratio * a, clip(ratio, 1 - epsilon, 1 + epsilon) * a)),
    },
    {
      name: "max",
      message:
        "you have taken the better of the two; a lower bound takes the worse: min of the objectives, max of the losses",
      run: (logps, oldLogps, advantages, epsilon) =>
        each(
          logps,
          oldLogps,
          advantages,
          (ratio, a) => -Math.max(ratio * a, clip(ratio, 1 - epsilon, 1 + epsilon) * a),
        ),
    },
    {
      name: "only-clipped",
      message: "the min is missing: a bad token that became likely has no gradient when only the clipped term counts",
      run: (logps, oldLogps, advantages, epsilon) =>
        each(logps, oldLogps, advantages, (ratio, a) => -clip(ratio, 1 - epsilon, 1 + epsilon) * a),
    },
    {
      name: "unclipped",
      message: "the clip has no effect: this is the plain importance-weighted loss",
      run: (logps, oldLogps, advantages) => each(logps, oldLogps, advantages, (ratio, a) => -ratio * a),
    },
    {
      name: "ratio-inverted",
      message: "the ratio is upside down: it is the new probability over the one that sampled",
      run: (logps, oldLogps, advantages, epsilon) =>
        each(
          oldLogps,
          logps,
          advantages,
          (ratio, a) => -Math.min(ratio * a, clip(ratio, 1 - epsilon, 1 + epsilon) * a),
        ),
    },
    {
      name: "log-ratio",
      message: "the exp is missing: the difference of log-probabilities is the log of the ratio",
      run: (logps, oldLogps, advantages, epsilon) =>
        each(logps, oldLogps, advantages, (ratio, a) => {
          const logRatio = Math.log(ratio);
          return -Math.min(logRatio * a, clip(logRatio, 1 - epsilon, 1 + epsilon) * a);
        }),
    },
    {
      name: "product-clipped",
      message: "you have clipped ratio · advantage; only the ratio is clipped, before the advantage multiplies it",
      run: (logps, oldLogps, advantages, epsilon) =>
        each(
          logps,
          oldLogps,
          advantages,
          (ratio, a) => -Math.min(ratio * a, clip(ratio * a, 1 - epsilon, 1 + epsilon)),
        ),
    },
  ],
  hints: [
    "what is the ratio, in log-probabilities? and which of the two terms is the cautious one?",
    "ratio = exp(logps − oldLogps); take the minimum of ratio · A and clip(ratio, 1 − ε, 1 + ε) · A",
    "ratio.mul(A).minimum(ratio.clipByValue(1 − ε, 1 + ε).mul(A)).neg()",
  ],
});
