import * as tf from "@tensorflow/tfjs";
import type { Topic } from "./topic";

export const ppo: Topic = {
  answers: {
    "reinforce-loss": (logps: tf.Tensor, rewards: tf.Tensor, baseline: number) =>
      rewards.sub(baseline).mul(logps).mean().neg(),
    "clipped-surrogate": (logps: tf.Tensor, oldLogps: tf.Tensor, advantages: tf.Tensor, epsilon: number) => {
      const ratio = logps.sub(oldLogps).exp();
      const clipped = ratio.clipByValue(1 - epsilon, 1 + epsilon);
      return ratio.mul(advantages).minimum(clipped.mul(advantages)).neg();
    },
    gae: (rewards: number[], values: number[], gamma: number, lambda: number) => {
      const advantages: number[] = [];
      for (let t = rewards.length - 1; t >= 0; t--) {
        const delta = rewards[t] + gamma * (values[t + 1] ?? 0) - values[t];
        advantages[t] = delta + gamma * lambda * (advantages[t + 1] ?? 0);
      }
      return tf.tensor1d(advantages);
    },
    "value-loss": (values: tf.Tensor, oldValues: tf.Tensor, returns: tf.Tensor, valueClip: number) => {
      const near = values.sub(oldValues).clipByValue(-valueClip, valueClip).add(oldValues);
      return values.sub(returns).square().maximum(near.sub(returns).square()).div(2);
    },
    whiten: (values: tf.Tensor) => {
      const centred = values.sub(values.mean());
      const variance = centred
        .square()
        .sum()
        .div(values.size - 1);
      return centred.div(variance.add(1e-8).sqrt());
    },
    "kl-rewards": (logps: tf.Tensor, referenceLogps: tf.Tensor, score: number, beta: number) => {
      const scores = tf.concat([tf.zeros([logps.size - 1]), tf.tensor1d([score])]);
      return logps.sub(referenceLogps).mul(-beta).add(scores);
    },
  },
  byHand: [
    ["reinforce-loss", [[-1, -2], [3, 1], 2], -0.5], // −(1·(−1) + (−1)·(−2)) / 2
    [
      "clipped-surrogate",
      [[Math.log(2) - 1, Math.log(2) - 1, Math.log(0.5) - 1, Math.log(0.5) - 1], [-1, -1, -1, -1], [1, -1, 1, -1], 0.2],
      [-1.2, 2, -0.5, 0.8], // only good tokens that rose and bad ones that fell are clipped
    ],
    ["gae", [[0, 1], [0.5, 0.25], 0.5, 0.5], [-0.375 + 0.25 * 0.75, 0.75]],
    ["value-loss", [[1, 3], [0, 0], [1, -1], 0.5], [0.125, 8]], // (0.5 − 1)²/2; (3 + 1)²/2 beats (0.5 + 1)²/2
    ["whiten", [[1, 2, 3]], [-1 / Math.sqrt(1 + 1e-8), 0, 1 / Math.sqrt(1 + 1e-8)]], // variance 1 and its floor
    ["kl-rewards", [[-1, -2, -1], [-2, -2, -3], 1, 0.1], [-0.1, 0, 0.8]],
  ],
};
