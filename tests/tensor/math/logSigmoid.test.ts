import * as tf from "@tensorflow/tfjs";
import { logSigmoid } from "../../../kernel-utils/src/tensor";
import { expectClose, expectGradient, onBackends } from "../support";

onBackends(["wasm", "cpu"], () => {
  it("is −ln 2 at 0, x far below and 0 far above", () => {
    expectClose(logSigmoid(tf.tensor1d([0, -1e4, 1e4])), [-Math.LN2, -1e4, 0]);
  });
  it("has the gradient σ(−x) on a computed tensor, where tf.logSigmoid's throws", () => {
    const gradient = tf.grad((x: tf.Tensor) => tf.sum(logSigmoid(tf.mul(x, 2))));
    expectClose(gradient(tf.tensor1d([0, 1])), [1, 2 / (1 + Math.exp(2))]);
    expectGradient(logSigmoid, [tf.tensor1d([-3, -0.1, 0.5, 2])]);
  });
});
