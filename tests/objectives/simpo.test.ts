import * as tf from "@tensorflow/tfjs";
import { type SimpoOptions, simpo } from "../../kernel-utils/src/objectives";

const inputs = { chosenMeanLogps: tf.tensor1d([-1, -1]), rejectedMeanLogps: tf.tensor1d([-2, -2]) }; // a_w − a_l = 1
const lossOf = (options?: SimpoOptions): number => simpo(inputs, options).loss.dataSync()[0];
const softplus = (x: number): number => Math.log1p(Math.exp(x));

describe("simpo", () => {
  it("is softplus(γ') where both replies are equally likely a token", () => {
    const same = { ...inputs, rejectedMeanLogps: inputs.chosenMeanLogps };
    expect(simpo(same).loss.dataSync()[0]).toBeCloseTo(softplus(1), 6); // γ' = 0.5 · 2
    expect(simpo(same).metrics["rewards/accuracies"].dataSync()[0]).toBe(0);
  });

  it.each([
    { options: {}, loss: softplus(-1) }, // 2 · 1 − 0.5 · 2
    { options: { gammaMeaning: "absolute" }, loss: softplus(-1.5) }, // 2 · 1 − 0.5
    { options: { gamma: 0 }, loss: softplus(-2) },
    { options: { labelSmoothing: 0.1 }, loss: 0.9 * softplus(-1) + 0.1 * softplus(1) },
  ] satisfies { options: SimpoOptions; loss: number }[])("costs $loss under $options", ({ options, loss }) =>
    expect(lossOf(options)).toBeCloseTo(loss, 6),
  );

  it("pulls the chosen mean up by β σ(−x)/B", () => {
    const loss = (chosenMeanLogps: tf.Tensor) => simpo({ ...inputs, chosenMeanLogps }).loss;
    expect(tf.grad(loss)(inputs.chosenMeanLogps).dataSync()[0]).toBeCloseTo((-2 * 0.2689414) / 2, 6); // σ(−1)
  });

  it("logs βa, without the margin it asks for", () =>
    expect(simpo(inputs).metrics["rewards/margins"].dataSync()[0]).toBeCloseTo(2, 6));

  it("is finite where a mean differs by 800 nats", () => {
    const far = { chosenMeanLogps: tf.tensor1d([-800]), rejectedMeanLogps: tf.tensor1d([0]) };
    expect(simpo(far).loss.dataSync()[0]).toBe(1601);
  });

  it.each([
    [{ beta: 0 }, /beta is 0; it must be > 0/],
    [{ gamma: -0.1 }, /gamma is -0.1; it must be >= 0/],
    [{ gammaMeaning: "relative" as "ratio" }, /gammaMeaning is "relative"; choose one of absolute, ratio/],
    [{ labelSmoothing: 0.5 }, /labelSmoothing is 0.5/],
  ] as [SimpoOptions, RegExp][])("refuses %j", (options, message) => expect(() => lossOf(options)).toThrow(message));
});
