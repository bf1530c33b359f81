import type * as tf from "@tensorflow/tfjs";
import type { KernelArguments } from "../backend/kernelRegistry";
import type { WasmHeap } from "./heap";

/** Log1p. The stock kernel computes log(1 + x) in float32 (TF.js 4.22), which is 0 for |x| < 6e-8: what log1p is for. */
export const log1p =
  (heap: WasmHeap) =>
  ({ inputs: { x } }: KernelArguments): tf.TensorInfo => {
    const out = heap.output(x.shape);
    const [source, target] = [x, out].map((tensor) => heap.backend.typedArrayFromHeap(tensor));
    for (let i = 0; i < target.length; i++) target[i] = Math.log1p(source[i]);
    return out;
  };
