import * as tf from "@tensorflow/tfjs";
import type { Topic } from "./topic";

const meetings = (wins: tf.Tensor2D): tf.Tensor => wins.add(wins.transpose());
const column = (values: tf.Tensor): tf.Tensor => values.reshape([-1, 1]);

export const bradleyTerry: Topic = {
  answers: {
    "preference-probability": (chosen: tf.Tensor, rejected: tf.Tensor) => chosen.sub(rejected).sigmoid(),
    "bradley-terry-gradient": (wins: tf.Tensor2D, strengths: tf.Tensor1D) =>
      meetings(wins).mul(column(strengths).sub(strengths).sigmoid()).sum(1).sub(wins.sum(1)),
    "mm-update": (wins: tf.Tensor2D, worths: tf.Tensor1D) => {
      const next = wins.sum(1).div(meetings(wins).div(column(worths).add(worths)).sum(1));
      return next.div(next.sum());
    },
    "davidson-probabilities": (differences: tf.Tensor1D, nu: number) => {
      const far = differences.abs().mul(-0.5);
      const half = differences.mul(0.5);
      const weights = tf.stack([far.add(half).exp(), far.exp().mul(nu), far.sub(half).exp()], 1);
      return weights.div(weights.sum(1, true));
    },
    "noise-floor": (p: tf.Tensor, epsilon: number) => {
      const q = p.mul(1 - 2 * epsilon).add(epsilon);
      const term = (x: tf.Tensor) => x.mul(x.maximum(1e-20).log()).neg();
      return term(q)
        .add(term(tf.sub(1, q)))
        .mean();
    },
  },
  byHand: [
    [
      "preference-probability",
      [
        [Math.log(3), 2],
        [0, 2],
      ],
      [0.75, 0.5],
    ],
    [
      "bradley-terry-gradient",
      [
        [
          [0, 3],
          [1, 0],
        ],
        [0, 0],
      ],
      [-1, 1],
    ],
    [
      "mm-update",
      [
        [
          [0, 3],
          [1, 0],
        ],
        [0.5, 0.5],
      ],
      [0.75, 0.25],
    ],
    ["davidson-probabilities", [[2 * Math.log(2)], 1], [[4 / 7, 2 / 7, 1 / 7]]], // worths 4 and 1, tie weight 2
    ["noise-floor", [[1, 0], 0.25], 0.25 * Math.log(4) + 0.75 * Math.log(4 / 3)],
  ],
};
