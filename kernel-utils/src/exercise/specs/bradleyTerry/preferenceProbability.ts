import type { Row } from "../../numbers";
import { defineExercise } from "../../spec";
import { mean, normals, sigmoid } from "../shared/plain";

type Inputs = readonly [chosenRewards: Row, rejectedRewards: Row];

const each = ([chosen, rejected]: Inputs, f: (chosen: number, rejected: number) => number): number[] =>
  chosen.map((reward, i) => f(reward, rejected[i]));

export const preferenceProbability = defineExercise<Inputs>({
  id: "preference-probability",
  answer: "one probability per pair, [B],",
  inputs: [
    { name: "chosenRewards", kind: "float32" },
    { name: "rejectedRewards", kind: "float32" },
  ],
  cases: (random) => [
    { name: "random rewards", property: "between 0 and 1", inputs: [normals(5, 1.5, random), normals(5, 1.5, random)] },
    {
      name: "equal rewards",
      property: "0.5",
      inputs: [
        [0, 4, -3],
        [0, 4, -3],
      ],
    },
    {
      name: "both moved by 7",
      property: "only the difference counts",
      inputs: [
        [8, 6.5],
        [7, 7],
      ],
    },
    {
      name: "differences of ±300",
      property: "1 and 0, finite",
      inputs: [
        [200, -100],
        [-100, 200],
      ],
    },
  ],
  reference: (...pair) => each(pair, (w, l) => sigmoid(w - l)),
  mistakes: [
    {
      name: "exchanged",
      message: "you have exchanged chosen and rejected: this is the probability that the rejected reply wins",
      run: (...pair) => each(pair, (w, l) => sigmoid(l - w)),
    },
    {
      name: "sum",
      message: "the rewards are added; only their difference can matter, or the zero of the scale would",
      run: (...pair) => each(pair, (w, l) => sigmoid(w + l)),
    },
    {
      name: "rejected-ignored",
      message: "the rejected reward is ignored: a preference compares two replies",
      run: (...pair) => each(pair, (w) => sigmoid(w)),
    },
    {
      name: "ratio-of-rewards",
      message: "these are shares of the rewards themselves; worths are their exponentials",
      run: (...pair) => each(pair, (w, l) => w / (w + l)),
    },
    {
      name: "log",
      message: "this is the logarithm of the probability",
      run: (...pair) => each(pair, (w, l) => Math.log(Math.max(sigmoid(w - l), 1e-300))),
    },
    {
      name: "overflow",
      message: "exp of the rewards overflows at ±300; divide both parts of the fraction by exp(chosen) first",
      run: (...pair) => each(pair, (w, l) => Math.fround(Math.exp(w)) / Math.fround(Math.exp(w) + Math.exp(l))),
    },
    {
      name: "mean",
      message: "you have averaged over the pairs; return the probability of each",
      run: (...pair) => mean(each(pair, (w, l) => sigmoid(w - l))),
    },
  ],
  hints: [
    "divide both parts of e^w / (e^w + e^l) by e^w: what is left?",
    "a sigmoid of one difference",
    "tf.sigmoid(chosenRewards.sub(rejectedRewards))",
  ],
});
