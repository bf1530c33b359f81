import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../errors";
import type { WasmHeap } from "../wasm/heap";
import { wasmHeap } from "../wasm/install";

/** Running means of the gradient (m) and of its square (v), shaped like the parameter and started at 0. */
export interface Moments {
  m: tf.Variable;
  v: tf.Variable;
}

/** What one AdamW step needs beside the tensors. */
export interface AdamWScalars {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  /** Decoupled decay λ: the parameter shrinks by learningRate · λ of itself each step. */
  weightDecay: number;
  /** Number of this step, from 1: corrects the moments for their start at 0. */
  step: number;
  /** The gradient is multiplied by this first; 1 unless clipped. */
  gradientScale: number;
}

/**
 * One AdamW step on one parameter, in place. Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2.
 *
 *   m ← β₁m + (1 − β₁)g,   v ← β₂v + (1 − β₂)g²
 *   θ ← θ − η (m̂ / (√v̂ + ε) + λθ),   m̂ = m / (1 − β₁ᵗ),   v̂ = v / (1 − β₂ᵗ)
 */
export function adamWUpdate(
  parameter: tf.Variable,
  gradient: tf.Tensor,
  moments: Moments,
  scalars: AdamWScalars,
): void {
  if (!tf.util.arraysEqual(parameter.shape, gradient.shape)) {
    const shapes = `the gradient has shape [${gradient.shape}], parameter ${parameter.name} has [${parameter.shape}]`;
    throw new CourseError("bad-shape", `adamWUpdate: ${shapes}; they must be equal`);
  }
  const heap = wasmHeap();
  if (heap) updateInPlace(heap, parameter, gradient, moments, scalars);
  else tf.tidy(() => adamWUpdatePlain(parameter, gradient, moments, scalars));
}

/** Gives a variable memory of its own: a clone or reshape shares its memory, and must not change with it. */
function unshare(heap: WasmHeap, variable: tf.Variable): number {
  if (heap.backend.refCount(variable.dataId) > 1) tf.tidy(() => variable.assign(tf.mul(variable, 1)));
  return heap.address(variable);
}

function updateInPlace(
  heap: WasmHeap,
  parameter: tf.Variable,
  gradient: tf.Tensor,
  { m, v }: Moments,
  { learningRate, beta1, beta2, epsilon, weightDecay, step, gradientScale }: AdamWScalars,
): void {
  const [mean, square, at] = [m, v, parameter].map((variable) => unshare(heap, variable));
  heap.kernels.adamW(
    ...[at, heap.address(gradient), mean, square, parameter.size, gradientScale],
    ...[beta1, 1 - beta1, beta2, 1 - beta2, learningRate, epsilon, weightDecay],
    ...[1 / (1 - beta1 ** step), 1 / (1 - beta2 ** step)],
  );
}

/** The same from stock operations: the reference that the fused kernel is tested against. */
export function adamWUpdatePlain(
  parameter: tf.Variable,
  gradient: tf.Tensor,
  { m, v }: Moments,
  { learningRate, beta1, beta2, epsilon, weightDecay, step, gradientScale }: AdamWScalars,
): void {
  const scaled = tf.mul(gradient, gradientScale);
  m.assign(tf.add(tf.mul(m, beta1), tf.mul(scaled, 1 - beta1)));
  v.assign(tf.add(tf.mul(v, beta2), tf.mul(tf.square(scaled), 1 - beta2)));
  const meanGradient = tf.div(m, 1 - beta1 ** step);
  const root = tf.sqrt(tf.div(v, 1 - beta2 ** step));
  const direction = tf.add(tf.div(meanGradient, tf.add(root, epsilon)), tf.mul(parameter, weightDecay));
  parameter.assign(tf.sub(parameter, tf.mul(direction, learningRate)));
}
