import * as tf from "@tensorflow/tfjs";
import type { KernelArguments, KernelFunction } from "../backend/kernelRegistry";
import type { WasmHeap } from "./heap";

/** Floats that one part has at least of every row. */
const COLUMNS = 32;

/** Parts that each take some columns of all rows. */
export const columnParts = (heap: WasmHeap, rows: number, width: number): number =>
  heap.partsFor(0.3 * rows * width, Math.ceil(width / COLUMNS));

/** UnsortedSegmentSum, which the stock backend lacks: without it a gather has no gradient. */
export const segmentSum =
  (heap: WasmHeap) =>
  ({ inputs, attrs }: KernelArguments): tf.TensorInfo => {
    const { x, segmentIds } = inputs;
    const segments = attrs?.numSegments as number;
    const rows = tf.util.sizeFromShape(segmentIds.shape);
    const rowShape = x.shape.slice(segmentIds.shape.length);
    const out = heap.output([segments, ...rowShape]);
    const addresses = [out, x, segmentIds].map((tensor) => heap.address(tensor));
    const width = tf.util.sizeFromShape(rowShape);
    heap.run("segmentSum", columnParts(heap, rows + segments, width), [...addresses, rows, width, segments]);
    return out;
  };

/**
 * Sum or mean over leading or over trailing axes, added up in double precision: losses are such sums. Over axes in the
 * middle, and of integers, the stock kernel's.
 *
 * @param scaleOf what the sum of so many numbers is multiplied by
 */
const reduction =
  (scaleOf: (count: number) => number) =>
  (heap: WasmHeap, stock: KernelFunction): KernelFunction =>
  (args: KernelArguments) => {
    const { x } = args.inputs;
    const axes = tf.util.parseAxisParam(args.attrs?.axis as number[], x.shape).sort((a, b) => a - b);
    const isLeading = axes.every((axis, i) => axis === i);
    const isTrailing = axes.every((axis, i) => axis === x.shape.length - axes.length + i);
    const count = tf.util.sizeFromShape(axes.map((axis) => x.shape[axis]));
    if (!(isLeading || isTrailing) || x.dtype !== "float32" || count === 0) return stock(args);
    const [shape, kept] = tf.backend_util.computeOutAndReduceShapes(x.shape, axes);
    const out = heap.output(args.attrs?.keepDims ? tf.backend_util.expandShapeToKeepDim(shape, axes) : shape);
    const others = tf.util.sizeFromShape(shape);
    const addresses = [heap.address(out), heap.address(x)];
    if (isTrailing) {
      const parts = heap.partsFor(0.3 * others * count, others);
      heap.run("rowSum", parts, [...addresses, others, tf.util.sizeFromShape(kept), scaleOf(count)]);
    } else heap.run("columnSum", columnParts(heap, count, others), [...addresses, count, others, scaleOf(count)]);
    return out;
  };

export const sum = reduction(() => 1);
export const mean = reduction((count) => 1 / count);
