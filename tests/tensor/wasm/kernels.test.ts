import * as fs from "node:fs";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { Random, useBackend } from "../../../kernel-utils/src/tensor";
import { wasmHeap } from "../../../kernel-utils/src/tensor/wasm/install";
import { expectClose, expectGradient, normal } from "../support";

/** The section ids of a wasm module (WebAssembly core specification 5.5.2). */
function sections(bytes: Uint8Array): number[] {
  const ids: number[] = [];
  for (let at = 8; at < bytes.length; ) {
    ids.push(bytes[at++]);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      size |= (bytes[at] & 127) << shift;
      if (bytes[at++] < 128) break;
    }
    at += size;
  }
  return ids;
}

beforeAll(() => useBackend("wasm"));

it("has no data, start or memory section: loading it writes nothing to the heap it shares", () => {
  const ids = sections(fs.readFileSync(path.join(__dirname, "../../../kernel-utils/dist/kernels.wasm")));
  expect(ids).toContain(10); // code, so the walk over the sections went right
  for (const forbidden of [5, 8, 11]) expect(ids).not.toContain(forbidden);
});

it("computes eˣ to 2e-7 over its whole range, and the ends of it", () => {
  const random = new Random(1);
  const x = Float32Array.from({ length: 20000 }, () => -87 + 175 * random.uniform());
  const ends = [0, -1e30, Number.NEGATIVE_INFINITY, 1e30, Number.POSITIVE_INFINITY, 88.7, -100];
  const input = tf.tensor1d([...x, ...ends]);
  const output = tf.fill([input.size], 7);
  const heap = wasmHeap()!;
  heap.kernels.expAll(heap.address(output), heap.address(input), input.size);
  const values = output.dataSync();
  const worst = x.reduce((error, value, i) => Math.max(error, Math.abs(values[i] / Math.exp(value) - 1)), 0);
  expect(worst).toBeLessThan(2e-7);
  const atEnds = Array.from(values.slice(x.length));
  expect(atEnds.slice(0, 5)).toEqual([1, 0, 0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  expect(atEnds[5] / Math.exp(Math.fround(88.7))).toBeCloseTo(1, 6); // near the largest float32
  expect(atEnds[6] / Math.exp(-100)).toBeCloseTo(1, 1); // subnormal: few digits, but not 0
});

it("keeps NaN through eˣ", () => {
  const [input, output] = [tf.tensor1d([Number.NaN]), tf.zeros([1])];
  wasmHeap()!.kernels.expAll(wasmHeap()!.address(output), wasmHeap()!.address(input), 1);
  expect(output.dataSync()[0]).toBeNaN();
});

it("computes log(1 + x) where 1 + x rounds to 1", () => {
  expect(tf.log1p(tf.tensor1d([-2e-9])).dataSync()[0] / -2e-9).toBeCloseTo(1, 5);
  expectClose(tf.log1p(tf.tensor1d([1, -0.5])), [Math.LN2, -Math.LN2]);
});

it.each([
  { shape: [3, 5], axis: [0] },
  { shape: [3, 2, 7], axis: [0, 1] },
  { shape: [3, 2, 7], axis: [0] },
  { shape: [3, 2, 7], axis: [1] },
  { shape: [3, 2, 7], axis: [2] },
  { shape: [3, 2, 7], axis: [0, 1, 2] },
])("sums $shape over $axis", ({ shape, axis }) => {
  const x = normal(shape as [number, number], 1);
  const values = x.dataSync();
  const kept = shape.map((length, i) => (axis.includes(i) ? 1 : length));
  const expected = new Float64Array(kept.reduce((a, b) => a * b));
  values.forEach((value, i) => {
    let [rest, target, stride] = [i, 0, 1];
    for (let d = shape.length - 1; d >= 0; d--) {
      if (!axis.includes(d)) {
        target += (rest % shape[d]) * stride;
        stride *= shape[d];
      }
      rest = Math.floor(rest / shape[d]);
    }
    expected[target] += value;
  });
  expectClose(tf.sum(x, axis), expected);
  expect(tf.sum(x, axis, true).shape).toEqual(kept);
});

it("sums integers and booleans as the stock kernel does", () => {
  expect(Array.from(tf.sum(tf.tensor2d([1, 2, 3, 4], [2, 2], "int32"), 0).dataSync())).toEqual([4, 6]);
  expect(tf.sum(tf.tensor2d([1, 0, 1, 1], [2, 2], "bool"), 0).dataSync()[0]).toBe(2);
});

it("adds rows into their segments and drops negative ids", () => {
  const x = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]);
  expectClose(tf.unsortedSegmentSum(x, tf.tensor1d([1, 0, 1, -1], "int32"), 3), [3, 4, 6, 8, 0, 0]);
});

/** What models and objectives are written with: each must have a gradient on this backend. */
const operations: Record<string, (x: tf.Tensor2D, y: tf.Tensor2D) => tf.Tensor> = {
  "add, with broadcast": (x, y) => tf.add(x, tf.slice(y, [0, 0], [1, 4])),
  sub: tf.sub,
  mul: tf.mul,
  div: (x, y) => tf.div(x, tf.add(tf.square(y), 1)),
  matMul: (x, y) => tf.matMul(x, y, false, true),
  gather: (x) => tf.gather(x, tf.tensor1d([2, 0, 2], "int32")),
  "gather of columns": (x) => tf.gather(x, tf.tensor1d([3, 3, 1], "int32"), 1),
  softmax: (x) => tf.softmax(x),
  logSoftmax: (x) => tf.logSoftmax(x),
  logSumExp: (x) => tf.logSumExp(x, 1),
  softplus: (x) => tf.softplus(x),
  sigmoid: (x) => tf.sigmoid(x),
  tanh: (x) => tf.tanh(x),
  exp: (x) => tf.exp(x),
  log: (x) => tf.log(tf.add(tf.square(x), 1)),
  expm1: (x) => tf.expm1(x),
  sqrt: (x) => tf.sqrt(tf.add(tf.square(x), 1)),
  minimum: (x, y) => tf.minimum(x, y),
  maximum: (x, y) => tf.maximum(x, y),
  clip: (x) => tf.clipByValue(x, -0.7, 0.7),
  abs: (x) => tf.abs(x),
  where: (x, y) => tf.where(tf.tensor2d([1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 1, 0], [3, 4], "bool"), x, y),
  mean: (x) => tf.mean(x, 0),
  max: (x) => tf.max(x, 1),
  cumsum: (x) => tf.cumsum(x, 1),
  transpose: (x) => tf.transpose(x),
  slice: (x) => tf.slice(x, [1, 1], [2, 2]),
  concat: (x, y) => tf.concat([x, y], 1),
  stack: (x, y) => tf.stack([x, y]),
  split: (x) => tf.split(x, 2, 1)[1],
  tile: (x) => tf.tile(x, [2, 1]),
  pad: (x) =>
    tf.pad(x, [
      [0, 1],
      [2, 0],
    ]),
};

it.each(Object.entries(operations))("differentiates %s", (_, f) => {
  const inputs = [normal([3, 4], 11), normal([3, 4], 12)];
  expectGradient((x, y) => tf.add(tf.sum(tf.mul(y, 0)), f(x as tf.Tensor2D, y as tf.Tensor2D)), inputs, {
    step: 1e-2,
    tolerance: 5e-3,
  });
});
