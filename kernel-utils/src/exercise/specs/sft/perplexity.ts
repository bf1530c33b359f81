import type { Random } from "../../../tensor/random";
import type { Rows } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { allKept, mean, sum } from "../shared/plain";

type Inputs = readonly [tokenLogps: Rows, mask: Rows];

function drawn(name: string, property: string, mask: Rows, random: Random): ExerciseCase<Inputs> {
  const tokenLogps = mask.map((row) => row.map(() => Math.log(0.05 + 0.9 * random.uniform())));
  return { name, property, inputs: [tokenLogps, mask] };
}

const uniform = (options: number, mask: Rows): Rows => mask.map((row) => row.map(() => -Math.log(options)));
const ragged = [
  [0, 1, 1, 1],
  [1, 1, 0, 0],
];

export const perplexity = defineExercise<Inputs>({
  id: "perplexity",
  answer: "one number for the whole batch",
  inputs: [
    { name: "tokenLogps", kind: "float32" },
    { name: "mask", kind: "float32" },
  ],
  cases: (random) => [
    { name: "eight equal choices", property: "exactly 8", inputs: [uniform(8, ragged), ragged] },
    drawn("random tokens", "at least 1", ragged, random),
    drawn("one long sequence", "does not grow with the length", [Array(12).fill(1)], random),
    drawn("mostly masked", "only counted tokens matter", [[0, 0, 0, 1]], random),
  ],
  reference: (tokenLogps, mask) => Math.exp(-mean(allKept(tokenLogps, mask))),
  mistakes: [
    {
      name: "sum",
      message:
        "the sum stands in the exponent: that is one over the probability of the whole text, and it explodes with its length",
      run: (tokenLogps, mask) => Math.exp(-sum(allKept(tokenLogps, mask))),
    },
    {
      name: "base-two",
      message: "you have mixed bases: the log-probabilities are in nats, so the base of the power is e, not 2",
      run: (tokenLogps, mask) => 2 ** -mean(allKept(tokenLogps, mask)),
    },
    {
      name: "sign",
      message: "the sign is flipped: this is at most 1, the typical probability of a token; perplexity is one over it",
      run: (tokenLogps, mask) => Math.exp(mean(allKept(tokenLogps, mask))),
    },
    {
      name: "no-exponential",
      message: "this is the mean loss in nats; the exponential is missing",
      run: (tokenLogps, mask) => -mean(allKept(tokenLogps, mask)),
    },
    {
      name: "mean-of-exponentials",
      message:
        "you have taken the exponential of each token first; average the log-probabilities, then exponentiate once",
      run: (tokenLogps, mask) => mean(allKept(tokenLogps, mask).map((logp) => Math.exp(-logp))),
    },
    {
      name: "mask-ignored",
      message: "the mask has no effect: every position is counted",
      run: (tokenLogps) => Math.exp(-mean(tokenLogps.flat())),
    },
  ],
  hints: [
    "it answers: how many equally likely tokens would be as hard to guess?",
    "the exponential of the mean loss in nats per counted token",
  ],
});
