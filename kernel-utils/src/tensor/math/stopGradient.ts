import * as tf from "@tensorflow/tfjs";

const blocked = tf.customGrad((x) => ({
  value: (x as tf.Tensor).clone(),
  gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
}));

/** The same values, through which no gradient flows [any shape]. Also what a comparison inside a loss must look at. */
export const stopGradient = <T extends tf.Tensor>(x: T): T => blocked(x) as T;
