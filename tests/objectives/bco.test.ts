import * as tf from "@tensorflow/tfjs";
import { bco, oracle } from "../../kernel-utils/src/objectives";

const inputs = {
  policyLogps: tf.tensor1d([-6, -11]), // log-ratios 4 and −1; rewards at β = 0.5: 2 and −0.5
  referenceLogps: tf.tensor1d([-10, -10]),
  desirable: tf.tensor1d([1, 0]),
};
const softplus = (x: number): number => Math.log1p(Math.exp(x));

describe("bco", () => {
  it("is ln 2 where policy equals reference", () =>
    expect(bco({ ...inputs, policyLogps: inputs.referenceLogps }).loss.dataSync()[0]).toBeCloseTo(Math.LN2, 6));

  it("classifies against δ, by default the mean reward of the batch", () => {
    const { loss, delta } = bco(inputs, { beta: 0.5 });
    expect(delta.dataSync()[0]).toBeCloseTo(0.75, 6); // (2 − 0.5)/2
    expect(loss.dataSync()[0]).toBeCloseTo((softplus(-1.25) + softplus(-1.25)) / 2, 6); // 2 − δ and −(−0.5 − δ)
    expect(bco(inputs, { beta: 0.5, delta: 0 }).loss.dataSync()[0]).toBeCloseTo((softplus(-2) + softplus(-0.5)) / 2, 6);
  });

  it("holds δ constant: its gradient is that of the same δ given as a number", () => {
    const plain = { policyLogps: [-6, -11, -3], referenceLogps: [-10, -10, -4], desirable: [true, false, true] };
    const free = oracle({ name: "bco", inputs: plain, grad: true });
    const fixed = oracle({ name: "bco", inputs: plain, options: { delta: free.delta as number }, grad: true });
    expect(free).toEqual(fixed);
  });

  it("refuses β = 0", () => expect(() => bco(inputs, { beta: 0 })).toThrow(/bco: option beta is 0; it must be > 0/));
});
