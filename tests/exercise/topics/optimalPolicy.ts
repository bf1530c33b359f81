import * as tf from "@tensorflow/tfjs";
import type { Topic } from "./topic";

const logSoftmax = (values: number[]): tf.Tensor1D => tf.logSoftmax(tf.tensor1d(values));
const tilted = (logps: number[], rewards: number[], beta: number): tf.Tensor1D =>
  tf.softmax(tf.tensor1d(logps.map((logp, y) => logp + rewards[y] / beta)));

/** KL(π*‖π_ref) − budget, from probabilities. */
const excess = (logps: number[], rewards: number[], beta: number, budget: number): number => {
  const weights = logps.map((logp, y) => Math.exp(logp + (rewards[y] - Math.max(...rewards)) / beta));
  const Z = weights.reduce((a, b) => a + b);
  return weights.reduce(
    (kl, weight, y) => kl + (weight > 0 ? (weight / Z) * (Math.log(weight / Z) - logps[y]) : 0),
    -budget,
  );
};

export const optimalPolicy: Topic = {
  answers: {
    "optimal-policy": tilted,
    "beta-for-budget": (logps: number[], rewards: number[], budget: number) => {
      let [low, high] = [-10, 12]; // log β
      for (let i = 0; i < 60; i++) {
        const middle = (low + high) / 2;
        if (excess(logps, rewards, Math.exp(middle), budget) > 0) low = middle;
        else high = middle;
      }
      return tf.scalar(Math.exp(low));
    },
    "reward-of-policy": (policy: number[], reference: number[], beta: number) => {
      const rewards = tf.tensor1d(policy).sub(reference).mul(beta);
      return rewards.sub(rewards.mul(tf.tensor1d(reference).exp()).sum());
    },
    "best-of-n": (probs: number[], n: number) => {
      const upTo = tf.cumsum(tf.tensor1d(probs));
      return upTo.pow(n).sub(upTo.sub(probs).pow(n));
    },
    "objective-gradient": (logits: number[], reference: number[], rewards: number[], beta: number) => {
      const objective = (theta: tf.Tensor): tf.Scalar => {
        const logps = tf.logSoftmax(theta);
        const net = tf.tensor1d(rewards).sub(logps.sub(reference).mul(beta));
        return logps.exp().mul(net).sum();
      };
      return tf.grad(objective)(tf.tensor1d(logits));
    },
    "first-token": (first: number[], second: number[][], rewards: number[][], beta: number) => {
      const values = tf.logSumExp(tf.tensor2d(second).add(tf.tensor2d(rewards).div(beta)), 1); // V/β
      return tf.softmax(values.add(logSoftmax(first)) as tf.Tensor1D);
    },
    "k3-estimate": (policy: tf.Tensor, reference: tf.Tensor) => {
      const d = policy.sub(reference);
      return d.neg().expm1().add(d);
    },
  },
  byHand: [
    ["optimal-policy", [[0.25, 0.75].map(Math.log), [2 * Math.log(3), 0], 2], [0.5, 0.5]], // weights ¼·3 and ¾·1
    ["reward-of-policy", [[0.75, 0.25].map(Math.log), [0.25, 0.75].map(Math.log), 2], [3 * Math.log(3), -Math.log(3)]], // ±2 log 3, mean −log 3
    [
      "beta-for-budget",
      [[0.5, 0.5].map(Math.log), [1, 0], Math.log(2) - 0.75 * Math.log(4 / 3) - 0.25 * Math.log(4)],
      1 / Math.log(3),
    ], // π* = (¾, ¼)
    ["best-of-n", [[0.5, 0.25, 0.25], 2], [0.25, 0.3125, 0.4375]], // F = ½, ¾, 1
    ["objective-gradient", [[0, 0], [0.5, 0.5].map(Math.log), [1, 3], 0.4], [-0.5, 0.5]], // no KL yet: ½ (1 − 2), ½ (3 − 2)
    [
      "first-token",
      [
        [0.5, 0.5].map(Math.log),
        [[0.5, 0.5].map(Math.log), [0.5, 0.5].map(Math.log)],
        [
          [0, 0],
          [Math.log(3), -Math.log(3)],
        ],
        1,
      ],
      [3 / 8, 5 / 8],
    ], // soft values log 1 and log 5/3
    [
      "k3-estimate",
      [
        [-1, -3],
        [-2, -2],
      ],
      [Math.exp(-1), Math.E - 2],
    ], // d = 1 and −1
  ],
};
