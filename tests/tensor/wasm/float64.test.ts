/**
 * Every kernel of the pack against its definition in float64, value and gradient: odd sizes, extreme inputs, masked
 * rows. Tolerances: 2e-6 of the largest entry for values, 1e-5 for gradients (float32 has 24 bits: 6e-8 a rounding, and
 * sums over up to 200 terms).
 */
import * as tf from "@tensorflow/tfjs";
import {
  causalAttention,
  embedding,
  projectedTokenLogps,
  Random,
  rmsNorm,
  rotary,
  swiglu,
  tokenLogps,
  useBackend,
} from "../../../kernel-utils/src/tensor";

const VALUE_TOLERANCE = 2e-6;
const GRADIENT_TOLERANCE = 1e-5;

interface Matrix {
  shape: number[];
  values: Float64Array;
}

/** Normal numbers that float32 holds exactly, so that both sides start from the same. */
function numbers(shape: number[], seed: string, scale = 1): Matrix {
  const random = new Random(seed);
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, values: Float64Array.from({ length: size }, () => Math.fround(scale * random.normal())) };
}

const zeros = (shape: number[]): Matrix => ({ shape, values: new Float64Array(shape.reduce((a, b) => a * b, 1)) });
const logSumExp = (row: Float64Array): number => {
  const top = row.reduce((a, b) => Math.max(a, b));
  return top + Math.log(row.reduce((sum, x) => sum + Math.exp(x - top), 0));
};

const rmsNorm64 = (x: Matrix, w: Matrix): Matrix => {
  const d = w.values.length;
  const out = zeros(x.shape);
  for (let row = 0; row < x.values.length; row += d) {
    let square = 0;
    for (let i = 0; i < d; i++) square += x.values[row + i] ** 2;
    for (let i = 0; i < d; i++) out.values[row + i] = (w.values[i] * x.values[row + i]) / Math.sqrt(square / d + 1e-5);
  }
  return out;
};

const swiglu64 = (gate: Matrix, up: Matrix): Matrix => ({
  shape: gate.shape,
  values: gate.values.map((g, i) => (g / (1 + Math.exp(-g))) * up.values[i]),
});

const positions = (B: number, T: number): number[] => Array.from({ length: B * T }, (_, i) => (i * 37) % 211);

const rotary64 = (x: Matrix): Matrix => {
  const [B, T, H, D] = x.shape;
  const out = zeros(x.shape);
  positions(B, T).forEach((position, row) => {
    for (let h = 0; h < H; h++) {
      for (let i = 0; i < D / 2; i++) {
        const angle = position * 10000 ** ((-2 * i) / D);
        const at = (row * H + h) * D + i;
        const [a, b] = [x.values[at], x.values[at + D / 2]];
        out.values[at] = a * Math.cos(angle) - b * Math.sin(angle);
        out.values[at + D / 2] = b * Math.cos(angle) + a * Math.sin(angle);
      }
    }
  });
  return out;
};

/** 0 for the first five keys of the first example (padding on the left), and for every key of the last. */
const keyMask = (B: number, S: number): number[] =>
  Array.from({ length: B * S }, (_, i) => ((i < S && i < 5) || i >= (B - 1) * S ? 0 : 1));

const attention64 = (q: Matrix, k: Matrix, v: Matrix): Matrix => {
  const [[B, T, H, D], [, S, keyHeads]] = [q.shape, k.shape];
  const mask = keyMask(B, S);
  const out = zeros(q.shape);
  for (let b = 0; b < B; b++) {
    for (let h = 0; h < H; h++) {
      const at = (j: number) => ((b * S + j) * keyHeads + Math.floor(h / (H / keyHeads))) * D;
      for (let i = 0; i < T; i++) {
        const row = ((b * T + i) * H + h) * D;
        const seen = Array.from({ length: S - T + i + 1 }, (_, j) => j).filter((j) => mask[b * S + j] === 1);
        if (seen.length === 0) continue;
        const score = (j: number) => {
          let sum = 0;
          for (let c = 0; c < D; c++) sum += q.values[row + c] * k.values[at(j) + c];
          return sum / Math.sqrt(D);
        };
        const scores = Float64Array.from(seen, score);
        const total = logSumExp(scores);
        seen.forEach((j, n) => {
          const weight = Math.exp(scores[n] - total);
          for (let c = 0; c < D; c++) out.values[row + c] += weight * v.values[at(j) + c];
        });
      }
    }
  }
  return out;
};

const labelsFor = (N: number, V: number): number[] =>
  Array.from({ length: N }, (_, i) => (i % 3 === 1 ? -100 : (i * 29) % V));

const tokenLogps64 = (logits: Matrix): Matrix => {
  const [N, V] = logits.shape;
  const out = zeros([N]);
  labelsFor(N, V).forEach((label, row) => {
    if (label >= 0) {
      const z = logits.values.subarray(row * V, (row + 1) * V);
      out.values[row] = z[label] - logSumExp(z);
    }
  });
  return out;
};

const linear64 = (h: Matrix, w: Matrix): Matrix => {
  const [[N, d], [V]] = [h.shape, w.shape];
  const out = zeros([N, V]);
  for (let n = 0; n < N; n++) {
    for (let v = 0; v < V; v++) {
      for (let i = 0; i < d; i++) out.values[n * V + v] += h.values[n * d + i] * w.values[v * d + i];
    }
  }
  return out;
};

const rowIds = (count: number, limit: number): number[] => Array.from({ length: count }, (_, i) => (i * i) % limit);

const embedding64 = (table: Matrix): Matrix => {
  const [rows, width] = table.shape;
  const out = zeros([57, width]);
  rowIds(57, rows).forEach((id, i) => {
    out.values.set(table.values.subarray(id * width, (id + 1) * width), i * width);
  });
  return out;
};

const columnMeans64 = (x: Matrix): Matrix => {
  const [rows, width] = x.shape;
  const out = zeros([width]);
  for (let i = 0; i < x.values.length; i++) out.values[i % width] += x.values[i] / rows;
  return out;
};

interface Case {
  name: string;
  inputs: Matrix[];
  f: (...xs: tf.Tensor[]) => tf.Tensor;
  reference: (...xs: Matrix[]) => Matrix;
}

const ints = (values: number[]): tf.Tensor1D => tf.tensor1d(values, "int32");
const asRotary = (x: tf.Tensor) =>
  rotary(x as tf.Tensor4D, tf.tensor2d(positions(x.shape[0], x.shape[1]!), [x.shape[0], x.shape[1]!], "int32"));
const asAttention = (...[q, k, v]: tf.Tensor[]) =>
  causalAttention(
    ...([q, k, v] as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D]),
    tf.tensor2d(keyMask(k.shape[0], k.shape[1]!), [k.shape[0], k.shape[1]!]),
  );
const asLogps = (x: tf.Tensor) => tokenLogps(x as tf.Tensor2D, ints(labelsFor(x.shape[0], x.shape[1]!)));
const asProjected = (h: tf.Tensor, w: tf.Tensor) =>
  projectedTokenLogps(h as tf.Tensor2D, w as tf.Tensor2D, ints(labelsFor(h.shape[0], w.shape[0])));

const cases: Case[] = [
  ...[1, 5, 67].flatMap((d): Case[] =>
    [1, 1e4, 1e-3].map((scale) => ({
      name: `rmsNorm at width ${d}, inputs of size ${scale}`,
      inputs: [numbers([7, d], `x${d}`, scale), numbers([d], "w")],
      f: (x, w) => rmsNorm(x, w as tf.Tensor1D),
      reference: rmsNorm64,
    })),
  ),
  ...[1, 30].map(
    (scale): Case => ({
      name: `swiglu of gates of size ${scale}`,
      inputs: [numbers([133], "gate", scale), numbers([133], "up")],
      f: (gate, up) => swiglu(gate, up),
      reference: swiglu64,
    }),
  ),
  ...[2, 6, 18].map(
    (D): Case => ({
      name: `rotary, head size ${D}`,
      inputs: [numbers([2, 5, 3, D], "x")],
      f: asRotary,
      reference: rotary64,
    }),
  ),
  ...[
    { T: 9, S: 9, scale: 1 },
    { T: 41, S: 41, scale: 1 },
    { T: 1, S: 23, scale: 1 },
    { T: 35, S: 50, scale: 3 },
  ].map(
    ({ T, S, scale }): Case => ({
      name: `attention of ${T} queries to ${S} keys, scores of size ${scale * scale}, padded and fully masked examples`,
      inputs: [numbers([3, T, 4, 6], "q", scale), numbers([3, S, 2, 6], "k", scale), numbers([3, S, 2, 6], "v")],
      f: asAttention,
      reference: attention64,
    }),
  ),
  ...[1, 7, 203].flatMap((V): Case[] =>
    [1, 200].map((scale) => ({
      name: `tokenLogps over ${V} tokens, logits of size ${scale}`,
      inputs: [numbers([11, V], "logits", scale)],
      f: asLogps,
      reference: tokenLogps64,
    })),
  ),
  {
    name: "projectedTokenLogps",
    inputs: [numbers([13, 9], "hidden"), numbers([37, 9], "weight")],
    f: asProjected,
    reference: (h, w) => tokenLogps64(linear64(h, w)),
  },
  {
    name: "embedding",
    inputs: [numbers([19, 21], "table")],
    f: (table) => embedding(table as tf.Tensor2D, ints(rowIds(57, 19))),
    reference: embedding64,
  },
  { name: "mean over rows", inputs: [numbers([201, 37], "x")], f: (x) => tf.mean(x, 0), reference: columnMeans64 },
];

/** Σ weights · f, whose gradient is taken: no error can hide behind another. */
const weightsFor = (size: number): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => ((i * 37) % 11) / 5 - 1);

/** Central differences of the float64 definition at up to 40 places of one input. */
function gradient64({ inputs, reference }: Case, which: number): Map<number, number> {
  const { values } = inputs[which];
  const total = () => {
    const out = reference(...inputs).values;
    const weights = weightsFor(out.length);
    return out.reduce((sum, value, i) => sum + weights[i] * value, 0);
  };
  const stride = Math.max(1, Math.floor(values.length / 40));
  const gradient = new Map<number, number>();
  for (let i = 0; i < values.length; i += stride) {
    const [kept, step] = [values[i], 1e-5 * Math.max(1e-3, Math.abs(values[i]))];
    values[i] = kept + step;
    const above = total();
    values[i] = kept - step;
    gradient.set(i, (above - total()) / (2 * step));
    values[i] = kept;
  }
  return gradient;
}

/** The size that errors are measured against; where everything cancels to 0, that of the terms: at least 1e-4 here. */
const largest = (values: Iterable<number>): number => {
  let top = 1e-4;
  for (const value of values) top = Math.max(top, Math.abs(value));
  return top;
};

beforeAll(() => useBackend("wasm"));

it.each(cases.map((example) => [example.name, example] as const))("%s", (_name, example) => {
  const { inputs, f, reference } = example;
  tf.tidy(() => {
    const tensors = inputs.map(({ shape, values }) => tf.tensor(Float32Array.from(values), shape));
    const value = f(...tensors);
    const expected = reference(...inputs).values;
    expect(value.size).toBe(expected.length);
    const scale = largest(expected);
    value.dataSync().forEach((got, i) => {
      const error = Math.abs(got - expected[i]) / scale;
      if (!(error <= VALUE_TOLERANCE)) throw new Error(`value ${i} is ${got}, in float64 ${expected[i]}`);
    });
    const weights = tf.tensor(Float32Array.from(weightsFor(value.size)), value.shape);
    tf.grads((...xs: tf.Tensor[]) => f(...xs))(tensors, weights).forEach((gradient, which) => {
      const exact = gradient64(example, which);
      const got = gradient.dataSync();
      const size = largest(exact.values());
      for (const [i, slope] of exact) {
        const error = Math.abs(got[i] - slope) / size;
        if (!(error <= GRADIENT_TOLERANCE)) throw new Error(`∂ input ${which}[${i}] is ${got[i]}, in float64 ${slope}`);
      }
    });
  });
});

it("adds losses up in double precision: a million tenths, and a small number beside a large one", () => {
  const tenth = Math.fround(0.1);
  expect(tf.sum(tf.fill([1_000_000], 0.1)).dataSync()[0] / (1e6 * tenth)).toBeCloseTo(1, 7);
  expect(tf.mean(tf.fill([1000, 1000], 0.1)).dataSync()[0] / tenth).toBeCloseTo(1, 7);
  expect(tf.sum(tf.tensor1d([2 ** 24, 1, 1, -(2 ** 24)])).dataSync()[0]).toBe(2); // float32 alone: 0
  expect(Array.from(tf.sum(tf.tensor2d([2 ** 24, 1, 1, 1, 1, -(2 ** 24), 5, 6], [2, 4]), 1).dataSync())).toEqual([
    Math.fround(2 ** 24 + 3),
    -(2 ** 24) + 12,
  ]);
  expect(Array.from(tf.mean(tf.tensor2d([2 ** 24, 1, 1, 1, -(2 ** 24), 3], [3, 2]), 0).dataSync())).toEqual([
    Math.fround(1 / 3),
    Math.fround(5 / 3),
  ]);
});
