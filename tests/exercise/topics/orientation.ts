import * as tf from "@tensorflow/tfjs";
import type { Topic } from "./topic";

export const orientation: Topic = {
  answers: {
    "sequence-logp": (logits: tf.Tensor3D, labels: tf.Tensor2D) => {
      const [batch, time, vocabulary] = logits.shape;
      const targets = labels.slice([0, 1], [batch, time - 1]);
      const logps = tf.logSoftmax(logits.slice([0, 0, 0], [batch, time - 1, vocabulary]));
      const hot = tf.oneHot(tf.maximum(targets, 0).toInt(), vocabulary);
      const counted = tf.notEqual(targets, -100).toFloat();
      return logps.mul(hot).sum(-1).mul(counted).sum(-1);
    },
    "masked-mean": (values: tf.Tensor, mask: tf.Tensor) => values.mul(mask).sum().div(mask.sum()),
    "kl-divergence": (p: tf.Tensor, q: tf.Tensor) => p.mul(p.div(q).log()).sum(),
    "gradient-by-hand": (logits: tf.Tensor1D, label: number) => {
      return tf.softmax(logits).sub(tf.oneHot(tf.scalar(label, "int32"), logits.size).reshape([logits.size]));
    },
  },
  byHand: [
    [
      "sequence-logp",
      [
        [
          [
            [0, 0],
            [0, 0],
            [5, 1],
          ],
        ],
        [[-100, 1, 0]],
      ],
      [-2 * Math.LN2],
    ], // two even choices; the last logits predict nothing
    [
      "masked-mean",
      [
        [
          [1, 2],
          [3, 100],
        ],
        [
          [1, 1],
          [1, 0],
        ],
      ],
      2,
    ], // (1 + 2 + 3) / 3
    [
      "kl-divergence",
      [
        [0.5, 0.5],
        [0.25, 0.75],
      ],
      0.5 * Math.log(2) + 0.5 * Math.log(2 / 3),
    ],
    ["gradient-by-hand", [[0, 0], 0], [-0.5, 0.5]],
  ],
};
