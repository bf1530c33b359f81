import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../errors";
import { hasKernel } from "../backend/kernelRegistry";
import { differentiable, runKernel } from "./fused";

/** silu(gate) ⊙ up, with silu(x) = x σ(x) [any shape, both the same]. Shazeer 2020, arXiv:2002.05202, eq. 5 and 6. */
export function swiglu<T extends tf.Tensor>(gate: T, up: T): T {
  if (!tf.util.arraysEqual(gate.shape, up.shape)) {
    throw new CourseError(
      "bad-shape",
      `swiglu: gate has shape [${gate.shape}], up has [${up.shape}]; they must be equal`,
    );
  }
  return hasKernel("SwiGlu") ? swigluFused(gate, up) : swigluPlain(gate, up);
}

function swigluFused<T extends tf.Tensor>(gate: T, up: T): T {
  const forward = () => ({ value: runKernel("SwiGlu", { gate, up })[0] as T, saved: [gate, up] });
  return differentiable([gate, up], forward, (dy, [gate, up]) => runKernel("SwiGluGradient", { dy, gate, up }));
}

/** The same from stock operations: the reference that the fused kernel is tested against. */
export const swigluPlain = <T extends tf.Tensor>(gate: T, up: T): T => tf.mul(tf.mul(gate, tf.sigmoid(gate)), up) as T;
