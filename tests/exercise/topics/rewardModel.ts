import * as tf from "@tensorflow/tfjs";
import type { Topic } from "./topic";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Expected calibration error, by one pass over the pairs. */
const calibrationError = (differences: number[], won: number[], bins: number): number => {
  const sums = new Array<number>(bins).fill(0); // Σ (prediction − outcome) of each bin
  differences.forEach((d, i) => {
    sums[Math.min(Math.floor(sigmoid(d) * bins), bins - 1)] += sigmoid(d) - won[i];
  });
  return sums.reduce((total, sum) => total + Math.abs(sum), 0) / differences.length;
};

/** The gold of the proxy's choice, averaged over all subsets of n by walking through them. */
function bestOfN(proxy: number[], gold: number[], n: number): number {
  const choices: number[] = [];
  const walk = (from: number, members: number[]): void => {
    if (members.length === n) {
      choices.push(gold[members.reduce((best, i) => (proxy[i] > proxy[best] ? i : best))]);
      return;
    }
    for (let i = from; i < proxy.length; i++) walk(i + 1, [...members, i]);
  };
  walk(0, []);
  return choices.reduce((a, b) => a + b) / choices.length;
}

export const rewardModel: Topic = {
  answers: {
    "last-token": (mask: number[][]) =>
      tf.tensor1d(
        mask.map((row) => row.lastIndexOf(1)),
        "int32",
      ),
    "reward-loss": (chosen: tf.Tensor, rejected: tf.Tensor) => tf.softplus(rejected.sub(chosen)),
    "reward-gradient": (chosen: tf.Tensor, rejected: tf.Tensor) =>
      tf.grad((scores: tf.Tensor) => tf.softplus(rejected.sub(scores)).mean())(chosen),
    "margin-centering": (w: tf.Tensor, l: tf.Tensor, margins: tf.Tensor, centering: number) =>
      tf.softplus(l.add(margins).sub(w)).add(w.add(l).square().mul(centering)),
    "optimal-difference": (share: number[], flipRate: number) => {
      const q = tf
        .tensor1d(share)
        .mul(1 - 2 * flipRate)
        .add(flipRate);
      return q.div(q.neg().add(1)).log();
    },
    "calibration-error": (d: number[], won: number[], bins: number) => tf.scalar(calibrationError(d, won, bins)),
    "best-of-n-gold": (proxy: number[], gold: number[], n: number) => tf.scalar(bestOfN(proxy, gold, n)),
  },
  byHand: [
    [
      "last-token",
      [
        [
          [1, 1, 0],
          [0, 1, 1],
        ],
      ],
      [1, 2],
    ],
    [
      "reward-loss",
      [
        [1, 2],
        [0, 2],
      ],
      [Math.log1p(Math.exp(-1)), Math.LN2],
    ], // Δ = 1 and 0
    [
      "reward-gradient",
      [
        [0, Math.log(3)],
        [0, 0],
      ],
      [-1 / 4, -1 / 8],
    ], // σ(0)/2 and σ(−log 3)/2 = ¼/2
    ["margin-centering", [[2, 1], [1, 0], [1, 0], 0.1], [Math.LN2 + 0.9, Math.log1p(Math.exp(-1)) + 0.1]], // Δ − m = 0, 1
    ["optimal-difference", [[0.75, 1], 0.25], [Math.log(5 / 3), Math.log(3)]], // q = 5/8 and 3/4
    ["calibration-error", [[0, 0, Math.log(3)], [1, 1, 1], 2], 1.25 / 3], // one bin: σ is ½, ½, ¾, all won
    ["best-of-n-gold", [[1, 2, 3], [9, 6, 0], 2], 2], // subsets {1,2}: 6, {1,3}: 0, {2,3}: 0
  ],
};
