import * as tf from "@tensorflow/tfjs";

/** The parts of the engine that TF.js keeps to itself: where a buffer comes into being, and where it goes. */
interface Engine {
  state: { tensorInfo: WeakMap<object, { bytes: number }> };
  trackTensor(tensor: tf.Tensor, backend: unknown): void;
  removeDataId(dataId: object, backend: unknown): void;
}

/** What a body of code held in tensors. */
export interface PeakMemory<T> {
  result: T;
  /** The most bytes at any moment, beyond what was held when it began. */
  peakBytes: number;
  /** Still held at its end, beyond what was held when it began. */
  leftBytes: number;
}

/**
 * Runs `body` and notes the most memory that tensors took up at any moment. Counts buffers, not tensors as
 * tf.memory().numBytes does, which counts a reshape's memory twice; watches each buffer come and go, so no peak between
 * two looks is missed. Working memory of kernels is not counted. Two of these must not run side by side.
 */
export async function peakMemory<T>(body: () => T | Promise<T>): Promise<PeakMemory<T>> {
  const engine = tf.engine() as unknown as Engine;
  const { tensorInfo } = engine.state;
  const bytesOf = (dataId: object): number => tensorInfo.get(dataId)?.bytes ?? 0;
  const { trackTensor, removeDataId } = engine;
  let [held, peakBytes] = [0, 0];
  engine.trackTensor = function (tensor, backend) {
    const isNew = !tensorInfo.has(tensor.dataId);
    trackTensor.call(this, tensor, backend);
    if (isNew) held += bytesOf(tensor.dataId);
    peakBytes = Math.max(peakBytes, held);
  };
  engine.removeDataId = function (dataId, backend) {
    held -= bytesOf(dataId);
    removeDataId.call(this, dataId, backend);
  };
  try {
    const result = await body();
    return { result, peakBytes, leftBytes: held };
  } finally {
    Object.assign(engine, { trackTensor, removeDataId });
  }
}
