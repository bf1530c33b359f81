import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../errors";

const wave = (length: number, phase: number): number[] => Array.from({ length }, (_, i) => Math.sin(i * 0.7 + phase));

/** a [m, k] times b [k, n] in float64, rows joined. */
function product(a: number[], b: number[], m: number, k: number, n: number): number[] {
  return Array.from({ length: m * n }, (_, cell) => {
    let sum = 0;
    for (let i = 0; i < k; i++) sum += a[Math.floor(cell / n) * k + i] * b[i * n + (cell % n)];
    return sum;
  });
}

const transposed = (x: number[], rows: number, columns: number): number[] =>
  Array.from(x, (_, i) => x[(i % rows) * columns + Math.floor(i / rows)]);

async function expectValues(what: string, tensor: tf.Tensor, expected: number[]): Promise<void> {
  const values = await tensor.data();
  tensor.dispose();
  const error = expected.reduce((worst, value, i) => Math.max(worst, Math.abs(values[i] - value)), 0);
  if (values.length === expected.length && error < 1e-4) return;
  throw new CourseError("backend", `self-check: ${what} is off by ${error.toExponential(1)}`);
}

/** Odd lengths, so that no kernel gets away with whole blocks only. */
async function checkProducts(): Promise<void> {
  const [m, k, n] = [7, 13, 5];
  const [a, b] = [wave(m * k, 0), wave(k * n, 1)];
  const expected = product(a, b, m, k, n);
  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      const result = tf.tidy(() => {
        const left = transposeA ? tf.tensor2d(transposed(a, m, k), [k, m]) : tf.tensor2d(a, [m, k]);
        const right = transposeB ? tf.tensor2d(transposed(b, k, n), [n, k]) : tf.tensor2d(b, [k, n]);
        return tf.matMul(left, right, transposeA, transposeB);
      });
      await expectValues(`matMul (transposes ${transposeA}, ${transposeB})`, result, expected);
    }
  }
}

/** The gradient of a gather adds up the rows that were taken more than once. */
async function checkGatherGradient(): Promise<void> {
  const [ids, width, weights] = [[2, 0, 2, 1], 3, wave(12, 2)];
  const expected = new Array<number>(4 * width).fill(0);
  ids.forEach((id, row) => {
    for (let i = 0; i < width; i++) expected[id * width + i] += weights[row * width + i];
  });
  const gradient = tf.tidy(() => {
    const loss = (table: tf.Tensor): tf.Scalar =>
      tf.sum(tf.mul(tf.gather(table, tf.tensor1d(ids, "int32")), tf.tensor2d(weights, [4, width])));
    return tf.grad(loss)(tf.zeros([4, width]));
  });
  await expectValues("the gradient of gather", gradient, expected);
}

/** Multiplies and differentiates something small on the current backend and compares with float64 arithmetic. */
export async function selfCheck(): Promise<void> {
  await checkProducts();
  await checkGatherGradient();
}
