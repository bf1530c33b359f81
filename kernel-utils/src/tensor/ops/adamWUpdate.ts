import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../errors";
import { wasmHeap } from "../wasm/install";
import { updateOnHeap } from "../wasm/optimizer";
import type { AdamWParameter, AdamWScalars } from "./adamWParameter";

/**
 * One AdamW step on all parameters, in place. Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2.
 *
 *   m ← β₁m + (1 − β₁)g,   v ← β₂v + (1 − β₂)g²
 *   θ ← θ − η (m̂ / (√v̂ + ε) + λθ),   m̂ = m / (1 − β₁ᵗ),   v̂ = v / (1 − β₂ᵗ)
 */
export function adamWUpdate(parameters: readonly AdamWParameter[], scalars: AdamWScalars): void {
  for (const { parameter, gradient } of parameters) {
    if (tf.util.arraysEqual(parameter.shape, gradient.shape)) continue;
    const shapes = `the gradient has shape [${gradient.shape}], parameter ${parameter.name} has [${parameter.shape}]`;
    throw new CourseError("bad-shape", `adamWUpdate: ${shapes}; they must be equal`);
  }
  const heap = wasmHeap();
  if (heap) updateOnHeap(heap, parameters, scalars);
  else for (const each of parameters) tf.tidy(() => adamWUpdatePlain(each, scalars));
}

/** The same from stock operations, for one parameter: the reference that the fused kernel is tested against. */
export function adamWUpdatePlain(
  { parameter, gradient, moments: { m, v }, weightDecay }: AdamWParameter,
  { learningRate, beta1, beta2, epsilon, step, gradientScale }: AdamWScalars,
): void {
  const scaled = tf.mul(gradient, gradientScale);
  m.assign(tf.add(tf.mul(m, beta1), tf.mul(scaled, 1 - beta1)));
  v.assign(tf.add(tf.mul(v, beta2), tf.mul(tf.square(scaled), 1 - beta2)));
  const meanGradient = tf.div(m, 1 - beta1 ** step);
  const root = tf.sqrt(tf.div(v, 1 - beta2 ** step));
  const direction = tf.add(tf.div(meanGradient, tf.add(root, epsilon)), tf.mul(parameter, weightDecay));
  parameter.assign(tf.sub(parameter, tf.mul(direction, learningRate)));
}
