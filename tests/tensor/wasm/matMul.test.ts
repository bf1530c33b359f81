import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../kernel-utils/src/tensor";
import { expectClose, expectGradient, normal } from "../support";

/** a · b in float64, one cell at a time; operands as stored, so transposes are index arithmetic here. */
function product(a: tf.Tensor, b: tf.Tensor, transposeA: boolean, transposeB: boolean): number[] {
  const [x, y] = [a.dataSync(), b.dataSync()];
  const [M, K] = transposeA ? [a.shape[1]!, a.shape[0]] : [a.shape[0], a.shape[1]!];
  const N = transposeB ? b.shape[0] : b.shape[1]!;
  return Array.from({ length: M * N }, (_, cell) => {
    const [i, j] = [Math.floor(cell / N), cell % N];
    let sum = 0;
    for (let k = 0; k < K; k++) sum += x[transposeA ? k * M + i : i * K + k] * y[transposeB ? j * K + k : k * N + j];
    return sum;
  });
}

beforeAll(() => useBackend("wasm"));

// One element; below a tile; whole tiles; edges past every block: 96 rows, 1024 columns, depth 256.
it.each([
  [1, 1, 1],
  [3, 2, 5],
  [4, 16, 8],
  [7, 13, 9],
  [99, 33, 21],
  [5, 3, 1030],
  [6, 517, 11],
])("multiplies %d×%d by ×%d under all four transposes", (M, K, N) => {
  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      const a = normal<tf.Rank.R2>(transposeA ? [K, M] : [M, K], 1);
      const b = normal<tf.Rank.R2>(transposeB ? [N, K] : [K, N], 2);
      // Rounding of float32 over up to 1,030 terms of size 1, in whatever order they are added up.
      expectClose(tf.matMul(a, b, transposeA, transposeB), product(a, b, transposeA, transposeB), 3e-5);
    }
  }
});

it("gives zeros for an empty sum", () =>
  expectClose(tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 3])), [0, 0, 0, 0, 0, 0]));

it("multiplies a batch slice by slice", () => {
  const [a, b] = [normal<tf.Rank.R3>([3, 5, 4], 1), normal<tf.Rank.R3>([3, 6, 4], 2)];
  const slices = tf.unstack(a).map((slice, i) => product(slice, tf.unstack(b)[i], false, true));
  expectClose(tf.matMul(a, b, false, true), slices.flat());
});

it("broadcasts batches as NumPy does, on either side", () => {
  const [a, b] = [normal<tf.Rank.R4>([2, 1, 3, 4], 1), normal<tf.Rank.R4>([1, 3, 4, 2], 2)];
  const expected = [0, 1].flatMap((i) =>
    [0, 1, 2].flatMap((j) => {
      const left = tf.reshape(tf.slice(a, [i, 0, 0, 0], [1, 1, 3, 4]), [3, 4]);
      return product(left, tf.reshape(tf.slice(b, [0, j, 0, 0], [1, 1, 4, 2]), [4, 2]), false, false);
    }),
  );
  const result = tf.matMul(a, b);
  expect(result.shape).toEqual([2, 3, 3, 2]);
  expectClose(result, expected);
});

it.each([
  [false, false],
  [false, true],
  [true, false],
  [true, true],
])("has its gradient in a batch with transposes %s, %s", (transposeA, transposeB) => {
  const a = normal(transposeA ? [2, 4, 3] : [2, 3, 4], 1);
  const b = normal(transposeB ? [2, 5, 4] : [2, 4, 5], 2);
  expectGradient((x, y) => tf.matMul(x, y, transposeA, transposeB), [a, b]);
});

it("refuses integers", () => {
  expect(() => tf.matMul(tf.ones([2, 2], "int32"), tf.ones([2, 2], "int32"))).toThrow(/int32 and int32; cast both/);
});

it("still gives tf.layers its product with bias and activation", () => {
  const [a, b] = [normal<tf.Rank.R2>([3, 4], 1), normal<tf.Rank.R2>([4, 2], 2)];
  const bias = tf.tensor1d([0.5, -0.5]);
  const plain = tf.add(tf.matMul(a, b), bias);
  const fused = (activation: "relu" | "sigmoid" | "elu" | "linear") => tf.fused.matMul({ a, b, bias, activation });
  expectClose(fused("linear"), plain.dataSync());
  expectClose(fused("relu"), tf.relu(plain).dataSync());
  expectClose(fused("sigmoid"), tf.sigmoid(plain).dataSync());
  expectClose(fused("elu"), tf.elu(plain).dataSync());
});

it("goes on working when the heap has grown", () => {
  const weight = normal<tf.Rank.R2>([8, 8], 1);
  const before = tf.matMul(weight, weight).dataSync();
  const large = tf.fill([64, 1024, 1024], 1); // 256 MiB: more than the heap starts with
  expectClose(tf.matMul(weight, weight), before, 0);
  large.dispose();
});
