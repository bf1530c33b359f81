import * as tf from "@tensorflow/tfjs";
import { maskedMean, maskedSum, stopGradient } from "../../../kernel-utils/src/tensor";
import { expectClose, onBackends } from "../support";

onBackends(["wasm", "cpu"], () => {
  const x = () => tf.tensor2d([1, 2, Number.NaN, 4, Number.NEGATIVE_INFINITY, 8], [2, 3]);
  const mask = () => tf.tensor2d([1, 1, 0, 1, 0, 1], [2, 3]);

  it("sums and averages what counts, over everything or a row", () => {
    expectClose(maskedSum(x(), mask()), [15]);
    expectClose(maskedSum(x(), mask(), 1), [3, 12]);
    expectClose(maskedMean(x(), mask()), [15 / 4]);
    expectClose(maskedMean(x(), mask(), 1), [1.5, 6]);
  });
  it("takes bool and int masks", () => {
    expectClose(maskedMean(x(), tf.cast(mask(), "bool")), [15 / 4]);
    expectClose(maskedMean(x(), tf.cast(mask(), "int32")), [15 / 4]);
  });
  it("is 0 where nothing counts", () => expectClose(maskedMean(x(), tf.zeros([2, 3])), [0]));
  it("lets no NaN flow back from what is masked", () => {
    const gradient = tf.grad((t: tf.Tensor) => maskedMean(tf.square(t), mask()) as tf.Scalar)(x());
    // d mean(x²)/dx = 2x/4; behind the mask 0 times the local slope 2x, which is finite only where x is
    expectClose(tf.gather(tf.reshape(gradient, [6]), tf.tensor1d([0, 1, 3, 5], "int32")), [0.5, 1, 2, 4]);
    const plain = tf.grad((t: tf.Tensor) => maskedMean(t, mask()) as tf.Scalar)(x());
    expectClose(plain, [0.25, 0.25, 0, 0.25, 0, 0.25]);
  });
  it("refuses a mask that would broadcast", () => {
    expect(() => maskedSum(x(), tf.ones([3]))).toThrow(/mask has shape \[3\], x has \[2,3\]/);
  });
  it("stops a gradient but not the value", () => {
    expectClose(stopGradient(tf.tensor1d([3])), [3]);
    const gradient = tf.grad((t: tf.Tensor) => tf.sum(tf.mul(t, stopGradient(t))))(tf.tensor1d([3]));
    expectClose(gradient, [3]); // 6 if both factors counted
  });
  it("lets a comparison look at a differentiated tensor", () => {
    const relu = (t: tf.Tensor) => tf.sum(tf.where(tf.greater(stopGradient(t), 0), t, tf.zerosLike(t)));
    expectClose(tf.grad(relu)(tf.tensor1d([-1, 2])), [0, 1]);
  });
});
