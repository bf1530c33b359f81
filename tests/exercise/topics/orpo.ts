import * as tf from "@tensorflow/tfjs";
import type { Topic } from "./topic";

const logOdds = (logps: tf.Tensor): tf.Tensor => logps.sub(logps.expm1().neg().log());
const oddsRatioTerm = (chosen: tf.Tensor, rejected: tf.Tensor): tf.Tensor =>
  tf.softplus(logOdds(rejected).sub(logOdds(chosen)));

export const orpo: Topic = {
  answers: {
    "mean-logp": (logps: tf.Tensor, mask: tf.Tensor) => logps.mul(mask).sum(-1).div(mask.sum(-1)),
    "log-odds": logOdds,
    "odds-ratio-term": oddsRatioTerm,
    "odds-gradient": (chosen: tf.Tensor, rejected: tf.Tensor) =>
      tf.concat(tf.grads((w: tf.Tensor, l: tf.Tensor) => oddsRatioTerm(w, l).sum().asScalar())([chosen, rejected])),
    "orpo-loss": (chosen: tf.Tensor, rejected: tf.Tensor, lambda: number) =>
      oddsRatioTerm(chosen, rejected).mul(lambda).sub(chosen).mean(),
  },
  byHand: [
    ["mean-logp", [[[-9, -1, -3]], [[0, 1, 1]]], [-2]],
    ["log-odds", [[Math.log(0.75), -Math.LN2]], [Math.log(3), 0]],
    // odds 3 against 1: the ratio is 3, and log(1 + 1/3)
    ["odds-ratio-term", [[Math.log(0.75)], [-Math.LN2]], [Math.log(4 / 3)]],
    // δ = 1/4; 1 / (1 − 3/4) = 4 and 1 / (1 − 1/2) = 2
    ["odds-gradient", [[Math.log(0.75)], [-Math.LN2]], [-1, 0.5]],
    ["orpo-loss", [[-Math.LN2, -Math.LN2], [-Math.LN2, -Math.LN2], 2], 3 * Math.LN2],
  ],
};
