import * as tf from "@tensorflow/tfjs";
import type { AdamWParameter, AdamWScalars } from "../ops/adamWParameter";
import type { WasmHeap } from "./heap";

/** Elements that one part of a job over many tensors takes; PART in assembly/adamW.ts, held equal by a test. */
export const ELEMENTS_PER_PART = 16384;

/** A row of each table on the heap, as assembly/adamW.ts reads it. */
const ADAMW_ROW = 40;
const NORM_ROW = 24;

/** Gives a variable memory of its own: a clone or reshape shares its memory, and must not change with it. */
function unshare(heap: WasmHeap, variable: tf.Variable): number {
  if (heap.backend.refCount(variable.dataId) > 1) tf.tidy(() => variable.assign(tf.mul(variable, 1)));
  return heap.address(variable);
}

/** Lays tensors end to end in thought: a table row for each, with the place of its first and last element in the whole. */
function fillTable(
  view: DataView,
  row: number,
  firstAt: number,
  sizes: number[],
  fill: (i: number, at: number) => void,
) {
  let first = 0;
  sizes.forEach((size, i) => {
    fill(i, i * row);
    view.setBigInt64(i * row + firstAt, BigInt(first), true);
    first += size;
    view.setBigInt64(i * row + firstAt + 8, BigInt(first), true);
  });
  return first;
}

const partsOf = (elements: number): number => Math.max(1, Math.ceil(elements / ELEMENTS_PER_PART));

/** AdamW over all parameters in one pass, in place. */
export function updateOnHeap(heap: WasmHeap, parameters: readonly AdamWParameter[], scalars: AdamWScalars): void {
  const { learningRate, beta1, beta2, epsilon, step, gradientScale } = scalars;
  const addresses = parameters.map(({ parameter, gradient, moments: { m, v } }) => {
    const [at, mean, square] = [parameter, m, v].map((variable) => unshare(heap, variable));
    return [at, heap.address(gradient), mean, square];
  });
  const { room } = heap.scratch(parameters.length * ADAMW_ROW); // last: what was unshared has moved nothing here
  const view = heap.bytes(room, parameters.length * ADAMW_ROW);
  const sizes = parameters.map(({ parameter }) => parameter.size);
  const elements = fillTable(view, ADAMW_ROW, 24, sizes, (i, at) => {
    addresses[i].forEach((address, column) => view.setUint32(at + 4 * column, address, true));
    view.setFloat32(at + 16, parameters[i].weightDecay, true);
  });
  heap.run("adamW", partsOf(elements), [
    ...[room, parameters.length, elements, gradientScale, beta1, 1 - beta1, beta2, 1 - beta2],
    ...[learningRate, epsilon, 1 / (1 - beta1 ** step), 1 / (1 - beta2 ** step)],
  ]);
}

/** Σ x² over all tensors in double precision, its parts added up in their order. */
export function sumOfSquaresOnHeap(heap: WasmHeap, tensors: readonly tf.Tensor[]): number {
  const sizes = tensors.map(({ size }) => size);
  const parts = partsOf(sizes.reduce((sum, size) => sum + size, 0));
  const { room } = heap.scratch(8 * parts + tensors.length * NORM_ROW);
  const table = room + 8 * parts;
  const view = heap.bytes(table, tensors.length * NORM_ROW);
  const elements = fillTable(view, NORM_ROW, 8, sizes, (i, at) => view.setUint32(at, heap.address(tensors[i]), true));
  heap.run("sumOfSquares", parts, [room, table, tensors.length, elements]);
  return heap.doubles(room, parts).reduce((sum, part) => sum + part, 0);
}
