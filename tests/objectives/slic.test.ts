import * as tf from "@tensorflow/tfjs";
import { slic } from "../../kernel-utils/src/objectives";

const inputs = { chosenLogps: tf.tensor1d([-8, -9]), rejectedLogps: tf.tensor1d([-8.25, -13]) }; // margins 0.25 and 4

describe("slic", () => {
  it("costs what is missing to δ, and nothing where the margin is reached", () => {
    expect([...slic(inputs).perExample.dataSync()]).toEqual([0.75, 0]);
    expect(slic(inputs, { delta: 5 }).loss.dataSync()[0]).toBe((4.75 + 1) / 2);
  });

  it("has slope −1/B below the margin and 0 beyond", () => {
    const loss = (chosenLogps: tf.Tensor) => slic({ ...inputs, chosenLogps }).loss;
    const [below, beyond] = tf.grad(loss)(inputs.chosenLogps).dataSync();
    expect([below, Math.abs(beyond)]).toEqual([-0.5, 0]);
  });

  it("adds λ times the likelihood, per example", () =>
    expect([...slic({ ...inputs, chosenNll: tf.tensor1d([1, 3]) }, { lambda: 0.5 }).perExample.dataSync()]).toEqual([
      1.25, 1.5,
    ]));

  it("refuses a weight for a likelihood nobody gave, and a negative δ", () => {
    expect(() => slic(inputs, { lambda: 0.1 })).toThrow(/slic: missing input "chosenNll"; lambda 0.1 weighs it/);
    expect(() => slic(inputs, { delta: -1 })).toThrow(/delta is -1; it must be >= 0/);
  });
});
