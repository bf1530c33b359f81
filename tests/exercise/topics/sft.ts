import type * as tf from "@tensorflow/tfjs";
import type { Topic } from "./topic";

export const sft: Topic = {
  answers: {
    "response-labels": (tokens: number[], promptLength: number, padId: number) =>
      tokens.map((token, t) => (t < promptLength || token === padId ? -100 : token)),
    "sft-loss": (tokenLogps: tf.Tensor, mask: tf.Tensor) => tokenLogps.mul(mask).sum().div(mask.sum()).neg(),
    perplexity: (tokenLogps: tf.Tensor, mask: tf.Tensor) => tokenLogps.mul(mask).sum().div(mask.sum()).neg().exp(),
  },
  byHand: [
    ["response-labels", [[1, 7, 8, 2, 0], 2, 0], [-100, -100, 8, 2, -100]],
    [
      "sft-loss",
      [
        [
          [-1, -2],
          [-3, -4],
        ],
        [
          [0, 1],
          [1, 1],
        ],
      ],
      3,
    ], // (2 + 3 + 4) / 3
    ["perplexity", [[[-Math.log(4), -Math.log(9)]], [[1, 1]]], 6], // geometric mean of 4 and 9
  ],
};
