import * as tf from "@tensorflow/tfjs";
import { log1mexp } from "../../../kernel-utils/src/tensor";
import { expectClose, expectGradient, onBackends } from "../support";

const slope = (x: number) =>
  tf
    .grad((t: tf.Tensor) => tf.sum(log1mexp(t)))(tf.tensor1d([x]))
    .dataSync()[0];

onBackends(["wasm", "cpu"], (name) => {
  it("keeps its digits at −1e−8, where 1 − eˣ rounds to 0", () => {
    expectClose(log1mexp(tf.tensor1d([-1e-8])), [Math.log(1e-8)]); // log(1 − e^−ε) = log ε to first order
  });
  const itKeepsSmallDigits = name === "webgpu" ? it.skip : it; // TF.js 4.22's log1p is log(1 + x) there
  itKeepsSmallDigits("keeps its digits at −20, where 1 − eˣ rounds to 1", () => {
    expect(log1mexp(tf.tensor1d([-20])).dataSync()[0] / -Math.exp(-20)).toBeCloseTo(1, 5);
  });
  it("is 0 at −800, ln ½ at −ln 2, −∞ at 0 and NaN above", () => {
    expectClose(log1mexp(tf.tensor1d([-800, -Math.LN2])), [-0, -Math.LN2]);
    expect(log1mexp(tf.tensor1d([0, 1])).dataSync()).toEqual(Float32Array.of(-Infinity, Number.NaN));
  });
  it("has a finite gradient at both ends: −1/(e⁻ˣ − 1)", () => {
    expect(slope(-1e-8) / -1e8).toBeCloseTo(1, 5);
    expect(slope(-800)).toBeCloseTo(0, 30);
    expectGradient(log1mexp, [tf.tensor1d([-0.3, -0.6, -0.8, -3])], { step: 2e-3 });
  });
  it("can be differentiated twice: −e⁻ˣ/(e⁻ˣ − 1)² is −2 at −ln 2", () => {
    const second = tf.grad((x: tf.Tensor) => tf.grad((y: tf.Tensor) => tf.sum(log1mexp(y)))(x));
    expectClose(second(tf.tensor1d([-Math.LN2])), [-2]);
  });
});
