import * as tf from "@tensorflow/tfjs";
import type { Topic } from "./topic";

export const dpo: Topic = {
  answers: {
    "implicit-reward": (policy: tf.Tensor, reference: tf.Tensor, beta: number) => policy.sub(reference).mul(beta),
    "dpo-reward-differences": (policy: tf.Tensor2D, reference: tf.Tensor2D, beta: number) => {
      const ratios = policy.sub(reference) as tf.Tensor2D;
      return ratios.sub(ratios.slice([0, 0], [-1, 1])).mul(beta);
    },
    "cdpo-loss": (margins: tf.Tensor, beta: number, epsilon: number) =>
      tf.softplus(margins.mul(-beta)).add(margins.mul(epsilon * beta)),
    "cdpo-margin": (margins: tf.Tensor, epsilon: number) => margins.reciprocal().mul(Math.log(1 / epsilon - 1)),
    "dpo-loss": (pc: tf.Tensor, pr: tf.Tensor, rc: tf.Tensor, rr: tf.Tensor, beta: number) =>
      tf.softplus(pc.sub(rc).sub(pr.sub(rr)).mul(-beta)),
    "dpo-gradient": (margins: tf.Tensor, beta: number) => margins.mul(-beta).sigmoid().mul(beta),
    "dpo-accuracy": (pc: tf.Tensor, pr: tf.Tensor, rc: tf.Tensor, rr: tf.Tensor) =>
      pc.sub(rc).greater(pr.sub(rr)).toFloat().mean(),
  },
  byHand: [
    ["implicit-reward", [[-1, -2], [-3, -2], 0.5], [1, 0]],
    ["dpo-loss", [[-8, -10], [-13, -12], [-10, -10], [-12, -12], 0.1], [Math.log1p(Math.exp(-0.3)), Math.LN2]], // h = 3 and 0
    [
      "dpo-reward-differences",
      [
        [
          [-1, -2],
          [-4, -4],
        ],
        [
          [-3, -2],
          [-3, -2],
        ],
        0.5,
      ],
      [
        [0, -1],
        [0, -0.5],
      ],
    ], // log-ratios 2, 0 and −1, −2
    ["cdpo-loss", [[0, 3], 0.1, 0.1], [Math.LN2, Math.log1p(Math.exp(-0.3)) + 0.03]], // the DPO loss and ε β h = 0.03
    ["cdpo-margin", [[1, Math.log(9)], 0.1], [Math.log(9), 1]], // odds of 9 to 1
    ["dpo-gradient", [[0, 3], 0.1], [0.05, 0.1 / (1 + Math.exp(0.3))]],
    [
      "dpo-accuracy",
      [
        [-1, -2],
        [-2, -2],
        [-1, -2],
        [-1, -2],
      ],
      0.5,
    ], // margins 1 and 0
  ],
};
