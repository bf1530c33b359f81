import * as tf from "@tensorflow/tfjs";

/** TF.js counts the bytes of all tensors here, and keeps the counter to itself. */
const engineState = () => (tf.engine() as unknown as { state: { numBytes: number } }).state;

/** What a body of code held in tensors, in bytes. */
export interface PeakMemory<T> {
  result: T;
  /** The most at any moment, with what was held before. */
  peakBytes: number;
  /** Held when it began. */
  bytesBefore: number;
}

/**
 * Runs `body` and notes the most bytes that tensors held at any moment: the counter itself is watched, so no peak
 * between two looks is missed. Working memory of kernels is not counted. Two of these must not run side by side.
 */
export async function peakMemory<T>(body: () => T | Promise<T>): Promise<PeakMemory<T>> {
  const state = engineState();
  const bytesBefore = state.numBytes;
  let [bytes, peakBytes] = [bytesBefore, bytesBefore];
  Object.defineProperty(state, "numBytes", {
    configurable: true,
    enumerable: true,
    get: () => bytes,
    set: (value: number) => {
      bytes = value;
      if (value > peakBytes) peakBytes = value;
    },
  });
  try {
    const result = await body();
    return { result, peakBytes, bytesBefore };
  } finally {
    Object.defineProperty(state, "numBytes", { configurable: true, enumerable: true, writable: true, value: bytes });
  }
}
