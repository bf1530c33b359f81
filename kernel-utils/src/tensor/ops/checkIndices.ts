import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../errors";

/**
 * Refuses indices outside 0 … limit − 1. The kernels would silently read foreign memory. Skipped on backends where
 * looking at a tensor stalls the device.
 */
export function checkIndices(where: string, indices: tf.Tensor, limit: number, alsoAllowed?: number): void {
  if (indices.dtype !== "int32") {
    throw new CourseError("bad-value", `${where}s are ${indices.dtype}; make them int32`);
  }
  if (tf.getBackend() === "webgpu") return;
  checkRange(where, indices.dataSync<"int32">(), limit, alsoAllowed);
}

/** The same for plain numbers, before they become a tensor: for every backend. */
export function checkRange(where: string, values: Int32Array, limit: number, alsoAllowed?: number): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i] >= 0 && values[i] < limit) continue;
    if (values[i] === alsoAllowed) continue;
    const range = `0 … ${limit - 1}${alsoAllowed === undefined ? "" : ` (or ${alsoAllowed})`}`;
    throw new CourseError(
      "bad-value",
      `${where} ${values[i]} at position ${i} is outside ${range}; check the tokenizer and the model's vocabulary`,
    );
  }
}
