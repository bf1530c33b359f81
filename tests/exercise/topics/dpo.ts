import * as tf from "@tensorflow/tfjs";
import type { Topic } from "./topic";

export const dpo: Topic = {
  answers: {
    "implicit-reward": (policy: tf.Tensor, reference: tf.Tensor, beta: number) => policy.sub(reference).mul(beta),
    "dpo-loss": (pc: tf.Tensor, pr: tf.Tensor, rc: tf.Tensor, rr: tf.Tensor, beta: number) =>
      tf.softplus(pc.sub(rc).sub(pr.sub(rr)).mul(-beta)),
    "dpo-gradient": (margins: tf.Tensor, beta: number) => margins.mul(-beta).sigmoid().mul(beta),
    "dpo-accuracy": (pc: tf.Tensor, pr: tf.Tensor, rc: tf.Tensor, rr: tf.Tensor) =>
      pc.sub(rc).greater(pr.sub(rr)).toFloat().mean(),
  },
  byHand: [
    ["implicit-reward", [[-1, -2], [-3, -2], 0.5], [1, 0]],
    ["dpo-loss", [[-8, -10], [-13, -12], [-10, -10], [-12, -12], 0.1], [Math.log1p(Math.exp(-0.3)), Math.LN2]], // h = 3 and 0
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
