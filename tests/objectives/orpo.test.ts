import * as tf from "@tensorflow/tfjs";
import { type OrpoOptions, orpo } from "../../kernel-utils/src/objectives";

const run = (chosen: number[], rejected: number[], nll: tf.Tensor = tf.scalar(2), options?: OrpoOptions) =>
  orpo({ chosenMeanLogps: tf.tensor1d(chosen), rejectedMeanLogps: tf.tensor1d(rejected), chosenNll: nll }, options);
const number = (tensor: tf.Tensor): number => tensor.dataSync()[0];
const log = Math.log;

describe("orpo", () => {
  it("is NLL + λ ln 2 where both replies are equally likely", () =>
    expect(number(run([-1], [-1], tf.scalar(2), { lambda: 0.5 }).loss)).toBeCloseTo(2 + 0.5 * Math.LN2, 6));

  it("compares odds: probabilities ¾ and ¼ have odds 3 and ⅓, a ratio of 9", () => {
    const { logOdds, oddsRatioTerm, loss } = run([log(0.75)], [log(0.25)]);
    expect(number(logOdds)).toBeCloseTo(log(9), 5);
    expect(number(oddsRatioTerm)).toBeCloseTo(log(10 / 9), 5); // −log σ(log 9) = −log(9/10)
    expect(number(loss)).toBeCloseTo(2 + 0.1 * log(10 / 9), 5);
  });

  it("takes the likelihood per example or as one number", () => {
    const perExample = run([-1, -2], [-2, -1], tf.tensor1d([1, 3]));
    expect(number(perExample.loss)).toBeCloseTo(number(run([-1, -2], [-2, -1]).loss), 6);
    expect(perExample.perExample.dataSync()[1] - perExample.oddsRatioTerm.dataSync()[1] * 0.1).toBeCloseTo(3, 5);
  });

  it("has slope −λ σ(−log 9)/(1 − p) by a chosen mean log-prob of p = ¾", () => {
    const loss = (chosenMeanLogps: tf.Tensor) =>
      orpo({ chosenMeanLogps, rejectedMeanLogps: tf.tensor1d([log(0.25)]), chosenNll: tf.scalar(0) }).loss;
    expect(number(tf.grad(loss)(tf.tensor1d([log(0.75)])))).toBeCloseTo((-0.1 * 0.1) / 0.25, 5);
  });

  it("keeps its digits at log-probs of −1e-8 and of −800", () => {
    expect(number(run([-1e-8], [-Math.LN2]).logOdds)).toBeCloseTo(-log(1e-8), 4); // odds 10⁸ against 1
    expect(number(run([-800], [-1e-8]).oddsRatioTerm)).toBeCloseTo(800 - log(1e-8), 2);
    const loss = (chosenMeanLogps: tf.Tensor) =>
      orpo({ chosenMeanLogps, rejectedMeanLogps: tf.tensor1d([-1e-8]), chosenNll: tf.scalar(0) }, { lambda: 1 }).loss;
    expect(number(tf.grad(loss)(tf.tensor1d([-800])))).toBeCloseTo(-1, 5);
  });

  it("logs λa as rewards and the likelihood under its name", () => {
    const { metrics } = run([-1], [-3]);
    expect(number(metrics["rewards/margins"])).toBeCloseTo(0.2, 6);
    expect(number(metrics.nll_loss)).toBe(2);
    expect(number(run([-1], [-1]).metrics["rewards/accuracies"])).toBe(0);
  });

  it("refuses a negative λ and a likelihood of another length", () => {
    expect(() => run([-1], [-1], tf.scalar(0), { lambda: -1 })).toThrow(/lambda is -1; it must be >= 0/);
    expect(() => run([-1], [-1], tf.tensor1d([1, 2]))).toThrow(/chosenNll has shape \[2\]/);
  });
});
