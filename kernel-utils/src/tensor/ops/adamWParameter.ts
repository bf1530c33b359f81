import type * as tf from "@tensorflow/tfjs";

/** Running means of the gradient (m) and of its square (v), shaped like the parameter and started at 0. */
export interface Moments {
  m: tf.Variable;
  v: tf.Variable;
}

/** One parameter with what moves it. */
export interface AdamWParameter {
  parameter: tf.Variable;
  gradient: tf.Tensor;
  moments: Moments;
  /** Decoupled decay λ: the parameter shrinks by learningRate · λ of itself each step. */
  weightDecay: number;
}

/** What one AdamW step needs beside the tensors. */
export interface AdamWScalars {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  /** Number of this step, from 1: corrects the moments for their start at 0. */
  step: number;
  /** Gradients are multiplied by this first; 1 unless clipped. */
  gradientScale: number;
}
