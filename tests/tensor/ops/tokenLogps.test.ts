import * as tf from "@tensorflow/tfjs";
import { tokenLogps } from "../../../kernel-utils/src/tensor";
import { tokenLogpsPlain } from "../../../kernel-utils/src/tensor/ops/tokenLogps";
import { expectClose, expectGradient, expectSame, itChecksIndices, normal, onBackends } from "../support";

const labels = (...values: number[]) => tf.tensor1d(values, "int32");

onBackends(["wasm", "cpu"], (name) => {
  it("is ln p of the label: softmax(0, ln 3) = (1/4, 3/4)", () => {
    const logits = tf.tensor2d([0, Math.log(3), 0, Math.log(3)], [2, 2]);
    expectClose(tokenLogps(logits, labels(1, 0)), [Math.log(0.75), Math.log(0.25)]);
  });
  it("is −ln V on equal logits, also large ones", () => {
    expectClose(tokenLogps(tf.fill([2, 400], 3), labels(0, 399)), [-Math.log(400), -Math.log(400)]);
    expectClose(tokenLogps(tf.fill([1, 7], 1e6), labels(3)), [-Math.log(7)]);
  });
  it("is exact at logits of ±10 000, and leaves −∞ for an impossible token", () => {
    const logits = tf.tensor2d([1e4, -1e4, 0, 1e4, -1e4, 0, Number.NEGATIVE_INFINITY, 0, 0], [3, 3]);
    expectClose(tokenLogps(logits, labels(0, 1, 1)), [0, -2e4, -Math.LN2]);
    expect(tokenLogps(logits, labels(0, 0, 0)).dataSync()[2]).toBe(Number.NEGATIVE_INFINITY);
  });
  it("has the gradient 1[v = y] − softmax, none where ignored", () => {
    const logits = tf.tensor2d([0, Math.log(3), 5, 6], [2, 2]);
    const gradient = tf.grad((x: tf.Tensor) => tf.sum(tokenLogps(x as tf.Tensor2D, labels(1, -100))));
    expectClose(gradient(logits), [-0.25, 0.25, 0, 0]);
    expectGradient((x) => tokenLogps(x as tf.Tensor2D, labels(0, 4, -100)), [normal([3, 5], 1)]);
  });
  it("is 0 where the label is −100, whatever the logits are", () => {
    expect(Array.from(tokenLogps(tf.fill([1, 3], 1e30), labels(-100)).dataSync())).toEqual([0]);
  });
  it("shows a NaN logit instead of hiding it", () => {
    expect(tokenLogps(tf.tensor2d([1, Number.NaN, 2, 3, 4], [1, 5]), labels(0)).dataSync()[0]).toBeNaN();
  });
  itChecksIndices(name, "refuses labels outside the vocabulary", () => {
    expect(() => tokenLogps(tf.zeros([1, 3]), labels(3))).toThrow(/label 3 at position 0 is outside 0 … 2 \(or -100\)/);
    expect(() => tokenLogps(tf.zeros([1, 3]), labels(-1))).toThrow(/label -1/);
  });
  it("refuses labels of another length or type", () => {
    expect(() => tokenLogps(tf.zeros([1, 3]), labels(0, 0))).toThrow(/labels has shape \[2\]/);
    expect(() => tokenLogps(tf.zeros([1, 3]), tf.zeros([1]))).toThrow(/int32/);
  });
  if (name === "wasm") {
    it.each([1, 3, 4, 9, 401])("is the composition over %d tokens", (V) => {
      const ids = labels(0, V - 1, -100, V >> 1, 0);
      const plain = (x: tf.Tensor) => tokenLogpsPlain(x as tf.Tensor2D, ids);
      expectSame((x) => tokenLogps(x as tf.Tensor2D, ids), plain, [tf.mul(normal([5, V], V), 5)]);
    });
  }
});
