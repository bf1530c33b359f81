import * as tf from "@tensorflow/tfjs";
import { type DpoOptions, dpo, dpoVariants, type PairLogps } from "../../kernel-utils/src/objectives";

const two = (x: number): tf.Tensor1D => tf.fill([2], x); // two of each: a sum in place of the mean shows
const pair = (chosen: number, rejected: number): PairLogps<tf.Tensor> => ({
  // log-ratios; the reference is far from 0: forgetting it shows
  policyChosenLogps: two(-10 + chosen),
  policyRejectedLogps: two(-12 + rejected),
  referenceChosenLogps: two(-10),
  referenceRejectedLogps: two(-12),
});
const lossOf = (logps: PairLogps<tf.Tensor>, options?: DpoOptions): number => dpo(logps, options).loss.dataSync()[0];
const metric = (logps: PairLogps<tf.Tensor>, name: string): number => dpo(logps).metrics[name].dataSync()[0];

/** ∂loss/∂policyChosenLogps, the first of the two examples. */
function chosenGradient(logps: PairLogps<tf.Tensor>, options?: DpoOptions): number {
  const loss = (policyChosenLogps: tf.Tensor) => dpo({ ...logps, policyChosenLogps }, options).loss;
  return tf.grad(loss)(logps.policyChosenLogps).dataSync()[0];
}

describe("dpo", () => {
  it("is ln 2 where policy equals reference", () => expect(lossOf(pair(0, 0))).toBeCloseTo(Math.LN2, 6));

  it.each([
    { options: { beta: 0.1 }, loss: 0.554355 }, // log(1 + e^−0.3)
    { options: { beta: 0.1, labelSmoothing: 0.1 }, loss: 0.584355 }, // 0.9·log(1 + e^−0.3) + 0.1·log(1 + e^0.3)
    { options: { beta: 0.1, referenceFree: true }, loss: Math.log1p(Math.exp(-0.5)) }, // h = −8 − (−13) = 5
    { options: { variant: "hinge", beta: 0.1 }, loss: 0.7 }, // 1 − 0.3
    { options: { variant: "robust", labelSmoothing: 0.1 }, loss: (0.9 * 0.5543552 - 0.1 * 0.8543552) / 0.8 },
    { options: { variant: "ipo", beta: 0.1 }, loss: 4 }, // (3 − 5)²
  ] satisfies { options: DpoOptions; loss: number }[])("h = 3 costs $loss under $options", ({ options, loss }) =>
    expect(lossOf(pair(2, -1), options)).toBeCloseTo(loss, 5),
  );

  it("pulls each chosen reply up by β σ(−βh) / B", () =>
    expect(chosenGradient(pair(2, -1))).toBeCloseTo(-0.1 / (1 + Math.exp(0.3)) / 2, 6));

  it.each(dpoVariants)("%s sends nothing to the reference when it is reference-free", (variant) => {
    const logps = pair(2, -1);
    const loss = (referenceChosenLogps: tf.Tensor) =>
      dpo({ ...logps, referenceChosenLogps }, { variant, referenceFree: true }).loss.add(referenceChosenLogps.mean());
    expect(tf.grad(loss)(logps.referenceChosenLogps).dataSync()[0]).toBeCloseTo(0.5, 6); // the added mean alone
  });

  it("is finite at h = −10 000 with its gradient", () => {
    expect(lossOf(pair(-1e4, 0), { beta: 1 })).toBeCloseTo(1e4, 1);
    expect(chosenGradient(pair(-1e4, 0), { beta: 1 })).toBeCloseTo(-0.5, 6);
  });

  it("counts a tie as wrong", () => {
    expect(metric(pair(0, 0), "rewards/accuracies")).toBe(0);
    expect(metric(pair(0.5, 0), "rewards/accuracies")).toBe(1);
  });

  it("logs rewards as β log π/π_ref and log-probs as sums", () => {
    expect(metric(pair(2, -1), "rewards/chosen")).toBeCloseTo(0.2, 6);
    expect(metric(pair(2, -1), "rewards/rejected")).toBeCloseTo(-0.1, 6);
    expect(metric(pair(2, -1), "rewards/margins")).toBeCloseTo(0.3, 6);
    expect(metric(pair(2, -1), "logps/chosen")).toBeCloseTo(-8, 6);
  });

  it("refuses [B,1], which would broadcast to [B,B]", () => {
    const column = { ...pair(0, 0), policyRejectedLogps: tf.zeros([2, 1]) };
    expect(() => dpo(column)).toThrow(/policyRejectedLogps has shape \[2,1\].*one sum per example/);
  });

  it.each([
    [{ beta: 0 }, /beta is 0; it must be > 0/],
    [{ labelSmoothing: 0.5 }, /labelSmoothing is 0.5; it must be in \[0, 0.5\)/],
    [{ variant: "sigmiod" as "sigmoid" }, /variant is "sigmiod"; choose one of sigmoid, hinge, robust, ipo/],
  ] as [DpoOptions, RegExp][])("refuses %j", (options, message) =>
    expect(() => dpo(pair(0, 0), options)).toThrow(message),
  );
});
