import * as tf from "@tensorflow/tfjs";
import type { Topic } from "./topic";

const square = (x: tf.Tensor, tau: number): tf.Tensor => tf.square(tf.sub(x, 1 / (2 * tau)));

export const ipo: Topic = {
  answers: {
    "ipo-policy": (reference: tf.Tensor, opponents: tf.Tensor, preferences: tf.Tensor2D, tau: number) =>
      tf.softmax(reference.log().add(preferences.dot(opponents).div(tau))),
    "ipo-loss": (pc: tf.Tensor, pr: tf.Tensor, rc: tf.Tensor, rr: tf.Tensor, tau: number) =>
      square(pc.sub(rc).sub(pr.sub(rr)), tau),
    "ipo-gradient": (margins: tf.Tensor, tau: number) => margins.mul(2).sub(1 / tau),
    "ipo-gap": (shares: tf.Tensor, tau: number) => shares.sub(0.5).div(tau),
    "ipo-noisy-loss": (margins: tf.Tensor, shares: tf.Tensor, tau: number) =>
      shares.mul(square(margins, tau)).add(tf.sub(1, shares).mul(square(margins.neg(), tau))),
    "ipo-mean-loss": (cw: tf.Tensor, cl: tf.Tensor, lw: tf.Tensor, ll: tf.Tensor, tau: number) =>
      square(cw.div(lw).sub(cl.div(ll)), tau),
  },
  byHand: [
    // The first reply beats an even opponent 3 times in 4, the second once in 4: a gap of 1/(2τ) = log 3.
    [
      "ipo-policy",
      [
        [0.5, 0.5],
        [0.5, 0.5],
        [
          [0.5, 1],
          [0, 0.5],
        ],
        1 / (2 * Math.log(3)),
      ],
      [0.75, 0.25],
    ],
    ["ipo-loss", [[-8, -10], [-13, -12], [-10, -10], [-12, -12], 0.25], [1, 4]], // h = 3 and 0, target 2
    ["ipo-gradient", [[0, 2, 3], 0.25], [-4, 0, 2]],
    ["ipo-gap", [[1, 0.75, 0.5], 0.25], [2, 1, 0]],
    ["ipo-noisy-loss", [[2], [0.75], 0.25], [4]], // 0.75 · 0 + 0.25 · 16
    ["ipo-mean-loss", [[12], [2], [4], [2], 0.25], [0]], // 3 − 1 = 2 nats a token
  ],
};
