import * as tf from "@tensorflow/tfjs";
import { log1mexp } from "../../tensor/math/log1mexp";
import { stopGradient } from "../../tensor/math/stopGradient";
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
  exp: (a) => tf.exp(a),
  expm1: (a) => tf.expm1(a),
  sqrt: (a) => tf.sqrt(a),
  softplus: (a) => tf.softplus(a),
  log1mexp,
  minimum: (a, b) => tf.minimum(a, b),
  maximum: (a, b) => tf.maximum(a, b),
  clamp: (a, low, high) => tf.clipByValue(a, low, high),
  masked,
  greater,
  atLeast: (a, floor) => tf.maximum(a, floor),
  sort,
  sumLast: (a) => tf.sum(a, -1),
  sum: (a) => tf.sum(a),
  mean: (a) => tf.mean(a),
  spread,
  unstackLast: (a) => [...tf.unstack(a, -1)], // a copy: the tape keeps the list it gave, and a caller may reverse this one
  stackLast: (columns) => tf.stack(columns, -1),
  reshape: (a, shape) => tf.reshape(a, [...shape]),
  constant: (values, shape) => tf.tensor([...values], [...shape], "float32"),
  detach,
};

/** Adding zeros repeats the entries, and its gradient sums them; that of tf.tile takes one slice a copy. */
function spread(a: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const added = shape.length - a.rank;
  return tf.add(tf.reshape(a, [...a.shape, ...Array<number>(added).fill(1)]), tf.zeros([...shape]));
}

/** A copy that the tape cannot follow: its gradient is zero by definition. */
function detach(a: tf.Tensor): tf.Tensor {
  const constant = tf.customGrad((x) => ({
    value: tf.clone(x as tf.Tensor),
    gradFunc: () => tf.zerosLike(x as tf.Tensor),
  }));
  return constant(a);
}

/** tfjs has no gradient for comparisons, so a mask made from what is differentiated needs its own: zero. */
function greater(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const compare = tf.customGrad((x, y) => ({
    value: tf.cast(tf.greater(x as tf.Tensor, y as tf.Tensor), "float32"),
    gradFunc: () => [tf.zerosLike(x as tf.Tensor), tf.zerosLike(y as tf.Tensor)],
  }));
  return compare(a, b);
}

function masked(a: tf.Tensor, mask: tf.Tensor): tf.Tensor {
  const keep = (x: tf.Tensor, kept: tf.Tensor) => tf.where(tf.notEqual(kept, 0), x, tf.zerosLike(kept));
  const select = tf.customGrad((x, kept, save) => {
    (save as tf.GradSaveFunc)([kept as tf.Tensor]);
    return {
      value: keep(x as tf.Tensor, kept as tf.Tensor),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => [keep(dy, saved[0]), tf.zerosLike(saved[0])],
    };
  });
  return select(a, mask);
}

/** The order is a constant, found on a copy the tape cannot see: tfjs has no gradient for its top-k. */
function sort(a: tf.Tensor): tf.Tensor {
  const order = tf.topk(tf.neg(stopGradient(a)), a.size, true).indices;
  return tf.gather(a, order);
}
