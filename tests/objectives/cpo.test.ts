import * as tf from "@tensorflow/tfjs";
import { type CpoOptions, cpo, dpo } from "../../kernel-utils/src/objectives";

const inputs = { chosenLogps: tf.tensor1d([-8, -8]), rejectedLogps: tf.tensor1d([-13, -13]) };
const run = (options?: CpoOptions, chosenNll: tf.Tensor = tf.tensor1d([1, 3])) =>
  cpo({ ...inputs, chosenNll }, options);
const number = (tensor: tf.Tensor): number => tensor.dataSync()[0];
const softplus = (x: number): number => Math.log1p(Math.exp(x));

describe("cpo", () => {
  it("is ln 2 + NLL where both replies are equally likely", () => {
    const same = { chosenLogps: inputs.chosenLogps, rejectedLogps: inputs.chosenLogps, chosenNll: tf.scalar(2) };
    expect(number(cpo(same).loss)).toBeCloseTo(Math.LN2 + 2, 6);
  });

  it.each([
    { options: {}, loss: softplus(-0.5) + 2 }, // 0.1 · 5, and the mean of 1 and 3
    { options: { alpha: 0.5 }, loss: softplus(-0.5) + 1 },
    { options: { alpha: 0, labelSmoothing: 0.2 }, loss: 0.8 * softplus(-0.5) + 0.2 * softplus(0.5) },
  ] satisfies { options: CpoOptions; loss: number }[])("costs $loss under $options", ({ options, loss }) =>
    expect(number(run(options).loss)).toBeCloseTo(loss, 6),
  );

  it("pulls the chosen reply up by β σ(−x)/B, and its likelihood by α/B", () => {
    const chosen = (chosenLogps: tf.Tensor) => cpo({ ...inputs, chosenLogps, chosenNll: tf.scalar(0) }).loss;
    expect(number(tf.grad(chosen)(inputs.chosenLogps))).toBeCloseTo((-0.1 * 0.3775407) / 2, 6); // σ(−0.5)
    const nll = (chosenNll: tf.Tensor) => cpo({ ...inputs, chosenNll }, { alpha: 0.5 }).loss;
    expect(number(tf.grad(nll)(tf.tensor1d([1, 3])))).toBeCloseTo(0.25, 6);
  });

  it("is reference-free DPO without its likelihood", () => {
    const logps = { policyChosenLogps: inputs.chosenLogps, policyRejectedLogps: inputs.rejectedLogps };
    const reference = { referenceChosenLogps: tf.tensor1d([-1, -5]), referenceRejectedLogps: tf.tensor1d([-9, -2]) };
    const free = dpo({ ...logps, ...reference }, { referenceFree: true });
    expect(number(run({ alpha: 0 }).loss)).toBeCloseTo(number(free.loss), 6);
  });

  it("refuses a negative α", () =>
    expect(() => run({ alpha: -1 })).toThrow(/cpo: option alpha is -1; it must be >= 0/));
});
