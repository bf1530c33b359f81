import * as tf from "@tensorflow/tfjs";
import { type KernelArguments, overrideKernel } from "./kernelRegistry";

/** out[id, :] += x[row, :] for every row: one pass over x. Rows whose id is negative are dropped, as the operation defines. */
export function addRows(out: Float32Array, x: Float32Array, ids: Int32Array, width: number): void {
  for (let row = 0; row < ids.length; row++) {
    const target = ids[row] * width;
    if (target < 0 || target >= out.length) continue;
    for (let column = 0; column < width; column++) out[target + column] += x[row * width + column];
  }
}

interface CpuBackend {
  data: { get(dataId: object): { values: Float32Array | Int32Array } };
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: Float32Array): tf.TensorInfo;
}

/** UnsortedSegmentSum in linear time for the plain backend, whose own is quadratic in the number of segments. */
export function cpuSegmentSum({ inputs, backend, attrs }: KernelArguments): tf.TensorInfo {
  const { data, makeTensorInfo } = backend as CpuBackend;
  const { x, segmentIds } = inputs;
  const ids = data.get(segmentIds.dataId).values as Int32Array;
  const width = tf.util.sizeFromShape(x.shape) / Math.max(ids.length, 1);
  const segments = attrs?.numSegments as number;
  const sums = new Float32Array(segments * width);
  addRows(sums, data.get(x.dataId).values as Float32Array, ids, width);
  const shape = [segments, ...x.shape.slice(segmentIds.shape.length)];
  return makeTensorInfo.call(backend, shape, "float32", sums);
}

/** Replaces the plain backend's kernel that makes the gradient of a gather unusable. */
export const repairCpuBackend = (): void => overrideKernel("UnsortedSegmentSum", "cpu", cpuSegmentSum);
