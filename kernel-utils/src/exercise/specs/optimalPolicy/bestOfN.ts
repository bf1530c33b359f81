import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { distribution, sum } from "../shared/plain";

type Inputs = readonly [probs: Row, n: number];

/** Σ of the first entries up to and with each. */
const cumulative = (probs: Row): number[] => probs.map((_, y) => sum(probs.slice(0, y + 1)));
/** F(y)^n − F(y−)^n. */
const bestOf = (probs: Row, n: number): number[] => {
  const upTo = cumulative(probs);
  return upTo.map((F, y) => F ** n - (y > 0 ? upTo[y - 1] : 0) ** n);
};
const normalised = (weights: Row): number[] => weights.map((weight) => weight / sum(weights));

const drawn = (name: string, property: string, size: number, n: number, random: Random): ExerciseCase<Inputs> => ({
  name,
  property,
  inputs: [distribution(size, random), n],
});

export const bestOfNPolicy = defineExercise<Inputs>({
  id: "best-of-n",
  answer: "one probability per reply, [Y],",
  inputs: [
    { name: "probs", kind: "plain" },
    { name: "n", kind: "plain" },
  ],
  cases: (random) => [
    drawn("five replies, n = 4", "sums to 1 and leans to the last", 5, 4, random),
    { name: "n = 1", property: "the reference", inputs: [[0.3, 0.1, 0.6], 1] },
    { name: "a fair coin, n = 2", property: "¼ and ¾", inputs: [[0.5, 0.5], 2] },
    drawn("six replies, n = 32", "nearly all on the last", 6, 32, random),
  ],
  reference: bestOf,
  mistakes: [
    {
      name: "worst-of-n",
      message: "this is the worst of n: the probability piles up on the first replies",
      run: (probs, n) => bestOf([...probs].reverse(), n).reverse(),
    },
    {
      name: "not-differenced",
      message: "F(y)^n is the probability that the best is y or worse; subtract that of being strictly worse",
      run: (probs, n) => cumulative(probs).map((F) => F ** n),
    },
    {
      name: "density",
      message: "n π F^(n−1) is the density for infinitely fine replies; it does not sum to 1 here: take differences",
      run: (probs, n) => cumulative(probs).map((F, y) => n * probs[y] * F ** (n - 1)),
    },
    {
      name: "powers",
      message: "this is π^n, normalised: the probability of n equal draws, which the rewards play no part in",
      run: (probs, n) => normalised(probs.map((p) => p ** n)),
    },
    {
      name: "n-too-small",
      message: "one draw is missing: the exponent is n, not n − 1",
      run: (probs, n) => bestOf(probs, n - 1),
    },
    {
      name: "at-least-once",
      message: "1 − (1 − π)^n is the probability that y is among the draws, not that it is the best of them",
      run: (probs, n) => probs.map((p) => 1 - (1 - p) ** n),
    },
  ],
  hints: [
    "when is the best of n draws no better than y?",
    "all n draws are y or worse: F(y)^n. From 'no better than' to 'exactly' is a difference",
    "F(y)^n − F(y−1)^n, with F the running sum of probs and 0 before the first",
  ],
});
