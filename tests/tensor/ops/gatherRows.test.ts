import * as tf from "@tensorflow/tfjs";
import { gatherRows } from "../../../kernel-utils/src/tensor";
import { onBackends } from "../support";

onBackends(["wasm", "cpu"], () => {
  it("gathered rows are the rows asked for, and their gradient goes back to where each came from", () => {
    const x = tf.tensor2d([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const ids = tf.tensor1d([2, 0, 2], "int32");
    const weights = tf.tensor2d([
      [1, 10],
      [100, 1000],
      [2, 20],
    ]);
    expect(gatherRows(x, ids).arraySync()).toEqual([
      [5, 6],
      [1, 2],
      [5, 6],
    ]);
    const gradient = tf.grad((input: tf.Tensor) => tf.sum(tf.mul(gatherRows(input as tf.Tensor2D, ids), weights)))(x);
    expect(gradient.arraySync()).toEqual([
      [100, 1000],
      [0, 0],
      [3, 30],
    ]); // row 2 was taken twice: 1 + 2, 10 + 20
  });

  it("gathered rows do not change when the matrix they came from does", () => {
    const x = tf.variable(tf.tensor2d([[1, 2]]));
    const rows = gatherRows(x as unknown as tf.Tensor2D, tf.tensor1d([0], "int32"));
    x.assign(tf.tensor2d([[7, 8]]));
    expect(rows.arraySync()).toEqual([[1, 2]]);
  });
});
