import * as tf from "@tensorflow/tfjs";
import { rmsNorm } from "../../../kernel-utils/src/tensor";
import { rmsNormPlain } from "../../../kernel-utils/src/tensor/ops/rmsNorm";
import { expectClose, expectGradient, expectSame, normal, onBackends } from "../support";

onBackends(["wasm", "cpu"], (name) => {
  it("divides (3, 4) by √12.5, then scales", () => {
    expectClose(rmsNorm(tf.tensor1d([3, 4]), tf.tensor1d([1, 2]), 0), [3 / Math.sqrt(12.5), 8 / Math.sqrt(12.5)]);
  });
  it("gives 0 for 0, by ε", () => expectClose(rmsNorm(tf.zeros([1, 3]), tf.ones([3])), [0, 0, 0]));
  it("has its gradient, also where the row is nearly 0 and ε rules", () => {
    const f = (x: tf.Tensor, w: tf.Tensor) => rmsNorm(x, w as tf.Tensor1D, 0.1);
    expectGradient(f, [normal([2, 3, 5], 1), normal([5], 2)]);
    expectGradient(f, [tf.mul(normal([2, 3], 1), 0.05), normal([3], 2)]);
  });
  it("refuses a weight that would broadcast", () => {
    expect(() => rmsNorm(tf.ones([2, 4]), tf.ones([1]) as tf.Tensor1D)).toThrow(/weight must be \[d\]/);
  });
  if (name === "wasm") {
    it.each([1, 3, 4, 7, 130])("is the composition at width %d", (d) => {
      const f = (x: tf.Tensor, w: tf.Tensor) => rmsNorm(x, w as tf.Tensor1D);
      const plain = (x: tf.Tensor, w: tf.Tensor) => rmsNormPlain(x, w as tf.Tensor1D);
      expectSame(f, plain, [normal([3, 5, d], d), normal([d], 1)]);
      expectSame(f, plain, [tf.mul(normal([2, d], d), 1e4), normal([d], 1)]);
    });
  }
});
