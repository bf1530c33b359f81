import * as tf from "@tensorflow/tfjs";
import { sequenceLogps } from "../../../kernel-utils/src/tensor";
import { expectClose, expectGradient, itChecksIndices, normal, onBackends } from "../support";

/** Probabilities after each of three positions, over two tokens; the last is never asked for. */
const logits = () => tf.log(tf.tensor3d([0.25, 0.75, 0.5, 0.5, 0.9, 0.1], [1, 3, 2])) as tf.Tensor3D;
const labelled = (...labels: number[]) => sequenceLogps(logits(), tf.tensor2d([labels], [1, 3], "int32"));

onBackends(["wasm", "cpu"], (name) => {
  it("reads the probability of token t + 1 off position t", () => {
    const { perToken, mask, sum, mean, count } = labelled(0, 1, 0);
    expectClose(perToken, [Math.log(0.75), Math.log(0.5)]);
    expectClose(mask, [1, 1]);
    expectClose(sum, [Math.log(0.375)]);
    expectClose(mean, [Math.log(0.375) / 2]);
    expectClose(count, [2]);
  });
  it("leaves −100 out of sum, mean and count", () => {
    const { perToken, mask, sum, mean, count } = labelled(-100, -100, 0);
    expectClose(perToken, [0, Math.log(0.5)]);
    expectClose(mask, [0, 1]);
    expectClose(sum, [Math.log(0.5)]);
    expectClose(mean, [Math.log(0.5)]);
    expectClose(count, [1]);
  });
  it("has mean 0 where nothing counts", () => expectClose(labelled(1, -100, -100).mean, [0]));
  it("takes another number for ignored", () => {
    const labels = tf.tensor2d([[0, -1, 0]], [1, 3], "int32");
    expectClose(sequenceLogps(logits(), labels, { ignoreIndex: -1 }).sum, [Math.log(0.5)]);
  });
  it("has a gradient that reaches the counted positions only", () => {
    const labels = tf.tensor2d([0, 3, -100, 2, 1, 4], [2, 3], "int32");
    expectGradient((x) => sequenceLogps(x as tf.Tensor3D, labels).mean, [normal([2, 3, 5], 1)], { samples: 30 });
    const gradient = tf.grad((x: tf.Tensor) => tf.sum(sequenceLogps(x as tf.Tensor3D, labels).sum))(
      normal([2, 3, 5], 1),
    );
    expectClose(tf.slice(gradient, [0, 1, 0], [1, 2, 5]), new Array(10).fill(0)); // label −100, and the last position
  });
  it("refuses labels of another shape", () => {
    expect(() => sequenceLogps(logits(), tf.zeros([1, 2], "int32"))).toThrow(
      /labels has shape \[1,2\], logits has \[1,3,2\]/,
    );
  });
  itChecksIndices(name, "refuses a label outside the vocabulary", () => {
    expect(() => labelled(0, 2, 0)).toThrow(/label 2 at position 0 is outside 0 … 1/);
  });
});
