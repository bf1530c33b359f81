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

/** Sum: over leading axes (the gradient of a broadcast weight) by rows, without the stock kernel's transpose. */
export const sum =
  (heap: WasmHeap, stock: KernelFunction) =>
  (args: KernelArguments): tf.TensorInfo | tf.TensorInfo[] => {
    const { x } = args.inputs;
    const axes = tf.util.parseAxisParam(args.attrs?.axis as number[], x.shape).sort((a, b) => a - b);
    const isLeading = axes.every((axis, i) => axis === i) && axes.length > 0 && axes.length < x.shape.length;
    if (!isLeading || x.dtype !== "float32") return stock(args);
    const restShape = x.shape.slice(axes.length);
    const width = tf.util.sizeFromShape(restShape);
    const out = heap.output(args.attrs?.keepDims ? [...axes.map(() => 1), ...restShape] : restShape);
    const rows = tf.util.sizeFromShape(x.shape.slice(0, axes.length));
    heap.run("columnSum", columnParts(heap, rows, width), [heap.address(out), heap.address(x), rows, width]);
    return out;
  };
