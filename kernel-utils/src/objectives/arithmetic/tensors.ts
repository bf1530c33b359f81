import * as tf from "@tensorflow/tfjs";
import type { Arithmetic } from "./arithmetic";

/** Float32 arithmetic on the chosen tensor backend; differentiable by tf.grads and tf.variableGrads. */
export const tensorArithmetic: Arithmetic<tf.Tensor> = {
  shapeOf: (a) => a.shape,
  add: (a, b) => tf.add(a, b),
  sub: (a, b) => tf.sub(a, b),
  mul: (a, b) => tf.mul(a, b),
  div: (a, b) => tf.div(a, b),
  neg: (a) => tf.neg(a),
  square: (a) => tf.square(a),
  relu: (a) => tf.relu(a),
  softplus: (a) => tf.softplus(a),
  masked: (a, mask) => tf.where(tf.notEqual(mask, 0), a, tf.zerosLike(mask)),
  greater: (a, b) => tf.cast(tf.greater(a, b), "float32"),
  atLeast: (a, floor) => tf.maximum(a, floor),
  sumLast: (a) => tf.sum(a, -1),
  sum: (a) => tf.sum(a),
  mean: (a) => tf.mean(a),
  detach,
};

/** A copy that the tape cannot follow: its gradient is zero by definition. */
function detach(a: tf.Tensor): tf.Tensor {
  const constant = tf.customGrad((x) => ({
    value: tf.clone(x as tf.Tensor),
    gradFunc: () => tf.zerosLike(x as tf.Tensor),
  }));
  return constant(a);
}
