import * as tf from "@tensorflow/tfjs";
import { checkGradient } from "../../kernel-utils/src/tensor";
import { differentiable } from "../../kernel-utils/src/tensor/ops/fused";
import { normal, onBackends } from "./support";

onBackends(["cpu"], () => {
  const cubes = (x: tf.Tensor): tf.Scalar => tf.sum(tf.pow(x, 3));
  /** x³ with a gradient that someone got wrong at one entry. */
  const wrongAt = (index: number) => (x: tf.Tensor) =>
    tf.sum(
      differentiable(
        [x],
        () => ({ value: tf.pow(x, 3), saved: [x] }),
        (dy, [x]) => {
          const gradient = tf.mul(dy, tf.mul(3, tf.square(x)));
          const factor = tf.add(1, tf.oneHot(tf.scalar(index, "int32"), x.size));
          return [tf.mul(gradient, factor)];
        },
      ),
    ) as tf.Scalar;

  it("passes a right gradient and reads the derivative off: d(x³) = 3x²", () => {
    const report = checkGradient(cubes, [tf.tensor1d([2])]);
    expect(report.ok).toBe(true);
    expect(report.worst.analytic).toBeCloseTo(12, 4);
    expect(report.worst.numeric).toBeCloseTo(12, 2);
  });

  it("finds the one wrong entry and says which", () => {
    const report = checkGradient(wrongAt(2), [tf.tensor1d([1, 2, 3, 4])]);
    expect(report).toMatchObject({ ok: false, checked: 4, worst: { input: 0, index: 2 } });
    expect(report.toString()).toMatch(/gradient is wrong.*input 0 at 2: tape 54/);
  });

  it("tries a sample of a large input, leaves it unchanged, and leaves no tensor behind", () => {
    const x = normal([10, 10], 1);
    const [values, before] = [x.dataSync().slice(), tf.memory().numTensors];
    expect(checkGradient(cubes, [x], { samples: 7 }).checked).toBe(7);
    expect(tf.memory().numTensors).toBe(before);
    expect(x.dataSync()).toEqual(values);
  });

  it("does not pass a gradient that is NaN", () => {
    const rootAtZero = (x: tf.Tensor) => tf.sum(tf.where(tf.tensor1d([false], "bool"), tf.sqrt(x), x)) as tf.Scalar;
    expect(checkGradient(rootAtZero, [tf.tensor1d([0])]).ok).toBe(false);
  });
});
