/**
 * Run as a program of its own: multiplies odd shapes with a native library and compares with float64 arithmetic. A wrong
 * library says so and exits 1; one that crashes takes this process with it, and no other.
 */
import { type BlasLocation, loadBlas, type Sgemm } from "./library";

/** M, N, K: below, at and past the tiles of any kernel, and deep enough for every block. */
const shapes = [
  [1, 1, 1],
  [1, 17, 5],
  [7, 3, 13],
  [16, 16, 16],
  [33, 65, 129],
  [2, 300, 259],
  [129, 31, 700],
];

const tolerance = 1e-5;

const value = (index: number): number => Math.fround(Math.sin(index * 0.7 + 0.3));

/** Worst error of C = A · B (+ C), relative to the sum of the terms' sizes; cells outside the product must not change. */
function worstError(
  sgemm: Sgemm,
  heap: SharedArrayBuffer,
  [M, N, K]: number[],
  tA: boolean,
  tB: boolean,
  add: boolean,
) {
  const [lengthA, lengthB, lengthC] = [(tA ? M : K) + 3, (tB ? K : N) + 1, N + 2];
  const sizes = [(tA ? K : M) * lengthA, (tB ? N : K) * lengthB, M * lengthC];
  const [atA, atB, atC] = [64, 64 + 4 * sizes[0], 64 + 4 * (sizes[0] + sizes[1])];
  const [a, b, c] = [atA, atB, atC].map((at, i) => new Float32Array(heap, at, sizes[i]));
  for (const matrix of [a, b, c]) for (let i = 0; i < matrix.length; i++) matrix[i] = value(i + matrix.length);
  const before = Float32Array.from(c);
  sgemm(Number(tA), Number(tB), M, N, K, atA, lengthA, atB, lengthB, atC, lengthC, Number(add));
  let worst = 0;
  for (let i = 0; i < M; i++) {
    for (let j = 0; j < lengthC; j++) {
      const cell = i * lengthC + j;
      if (j >= N) {
        if (c[cell] !== before[cell]) return Number.POSITIVE_INFINITY;
        continue;
      }
      let [sum, size] = add ? [before[cell], Math.abs(before[cell])] : [0, 0];
      for (let k = 0; k < K; k++) {
        const term = a[tA ? k * lengthA + i : i * lengthA + k] * b[tB ? j * lengthB + k : k * lengthB + j];
        sum += term;
        size += Math.abs(term);
      }
      const error = Math.abs(c[cell] - sum) / (size + 1e-30);
      worst = Math.max(worst, error); // NaN stays: it is the worst of all
    }
  }
  return worst;
}

function main(location: BlasLocation): void {
  const { description, sgemmOn } = loadBlas(location);
  const heap = new SharedArrayBuffer(2 ** 22);
  const sgemm = sgemmOn(heap);
  for (const shape of shapes) {
    for (const [tA, tB, add] of [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => [bits & 1, bits & 2, bits & 4].map(Boolean))) {
      const error = worstError(sgemm, heap, shape, tA, tB, add);
      if (error <= tolerance) continue;
      process.stdout.write(
        `a product of ${shape.join("×")} (transposes ${tA}, ${tB}) is off by ${error.toExponential(1)}`,
      );
      process.exitCode = 1;
      return;
    }
  }
  process.stdout.write(description);
}

main(JSON.parse(process.argv[2]) as BlasLocation);
