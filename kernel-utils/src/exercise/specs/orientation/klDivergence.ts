import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { distribution, mean, sum } from "../shared/plain";

type Inputs = readonly [p: Row, q: Row];

const terms = (p: Row, q: Row): number[] => p.map((weight, i) => weight * Math.log(weight / q[i]));

const drawn = (name: string, property: string, p: Row, q: Row): ExerciseCase<Inputs> => ({
  name,
  property,
  inputs: [p, q],
});
const random2 = (n: number, random: Random): readonly [Row, Row] => [distribution(n, random), distribution(n, random)];

export const klDivergence = defineExercise<Inputs>({
  id: "kl-divergence",
  answer: "one number, in nats,",
  inputs: [
    { name: "p", kind: "float32" },
    { name: "q", kind: "float32" },
  ],
  cases: (random) => [
    drawn("two random distributions", "at least 0, in nats", ...random2(6, random)),
    drawn("p equals q", "exactly 0", [0.5, 0.25, 0.25], [0.5, 0.25, 0.25]),
    drawn("a coin, 0.9 against 0.5", "log 2 less the entropy of p", [0.9, 0.1], [0.5, 0.5]),
    drawn("q nearly excludes what p does", "large but finite", [0.5, 0.5], [1 - 1e-6, 1e-6]),
  ],
  reference: (p, q) => sum(terms(p, q)),
  mistakes: [
    {
      name: "reversed",
      message: "you have exchanged p and q: this is KL(q ‖ p), the expectation runs over the first one",
      run: (p, q) => sum(terms(q, p)),
    },
    {
      name: "log2",
      message: "this is in bits; nats want the natural logarithm",
      run: (p, q) => sum(terms(p, q)) / Math.LN2,
    },
    {
      name: "unweighted",
      message: "the weights p are missing: log(p / q) is averaged under p, not just added up",
      run: (p, q) => sum(p.map((weight, i) => Math.log(weight / q[i]))),
    },
    {
      name: "absolute",
      message: "you have taken absolute values; single terms may be negative, and only their sum is at least 0",
      run: (p, q) => sum(terms(p, q).map(Math.abs)),
    },
    {
      name: "sign",
      message: "the sign is flipped: log(q / p) under p is at most 0",
      run: (p, q) => -sum(terms(p, q)),
    },
    {
      name: "mean",
      message: "you have averaged over the outcomes; their probabilities are the weights already, so add up",
      run: (p, q) => mean(terms(p, q)),
    },
  ],
  hints: ["it is an expectation under p: of what?", "KL(p ‖ q) = Σ p log(p / q), with the natural logarithm"],
});
