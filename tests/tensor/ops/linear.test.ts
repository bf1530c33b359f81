import * as tf from "@tensorflow/tfjs";
import { embedding, linear } from "../../../kernel-utils/src/tensor";
import { expectClose, expectGradient, itChecksIndices, normal, onBackends } from "../support";

onBackends(["wasm", "cpu"], (name) => {
  it("multiplies by the transposed weight: (1, 2) · ((3, 4), (5, 6))ᵀ = (11, 17)", () => {
    expectClose(linear(tf.tensor3d([1, 2], [1, 1, 2]), tf.tensor2d([3, 4, 5, 6], [2, 2])), [11, 17]);
  });
  it("has its gradient for x of three axes", () => {
    expectGradient((x, w) => linear(x, w as tf.Tensor2D), [normal([2, 3, 5], 1), normal([4, 5], 2)]);
  });
  it("refuses a weight stored the other way round", () => {
    expect(() => linear(tf.ones([2, 3]), tf.ones([3, 2]))).toThrow(/x has shape \[2,3\], weight has \[3,2\]/);
  });

  it("embeds by row, and adds up the gradient of a row taken twice", () => {
    const table = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    const ids = tf.tensor2d([2, 0, 2, 2], [2, 2], "int32");
    expectClose(embedding(table, ids), [5, 6, 1, 2, 5, 6, 5, 6]);
    expectClose(tf.grad((t: tf.Tensor) => tf.sum(embedding(t as tf.Tensor2D, ids)))(table), [1, 1, 0, 0, 3, 3]);
    expectGradient((t) => embedding(t as tf.Tensor2D, ids), [table]);
  });
  itChecksIndices(name, "refuses an id past the table", () => {
    expect(() => embedding(tf.zeros([3, 2]), tf.tensor1d([3], "int32"))).toThrow(/id 3 at position 0 is outside 0 … 2/);
  });
});
