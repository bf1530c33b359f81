import * as tf from "@tensorflow/tfjs";
import { expectClose, normal, onBackends } from "../support";

onBackends(["cpu"], () => {
  it("adds rows of any shape into their segments and drops negative ids", () => {
    const x = tf.tensor3d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]);
    expectClose(tf.unsortedSegmentSum(x, tf.tensor1d([1, 1], "int32"), 2), [0, 0, 0, 0, 6, 8, 10, 12]);
    expectClose(tf.unsortedSegmentSum(x, tf.tensor1d([-1, 0], "int32"), 1), [5, 6, 7, 8]);
  });

  it("takes time in proportion to the rows, not to rows × segments", () => {
    const [rows, segments] = [2000, 5000];
    const ids = tf.tensor1d(
      Array.from({ length: rows }, (_, i) => i % segments),
      "int32",
    );
    const started = performance.now();
    tf.unsortedSegmentSum(normal([rows, 64], 1), ids, segments).dataSync();
    expect(performance.now() - started).toBeLessThan(2000); // rows × segments × 64 takes tens of seconds
  });
});
