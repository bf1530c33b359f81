import * as tf from "@tensorflow/tfjs";

/** A tensor's own numbers, not a copy, where they lie in reach of JavaScript. Valid until the next allocation. */
export function hostMemory(tensor: tf.Tensor): Float32Array | undefined {
  const backend = tf.backend() as unknown as {
    typedArrayFromHeap?: (tensor: tf.Tensor) => Float32Array;
    data?: { get(id: object): { values?: Float32Array } };
  };
  if (tf.getBackend() === "wasm") return backend.typedArrayFromHeap?.(tensor);
  if (tf.getBackend() === "cpu") return backend.data?.get(tensor.dataId).values;
  return undefined;
}
