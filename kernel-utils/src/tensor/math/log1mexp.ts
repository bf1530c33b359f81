import * as tf from "@tensorflow/tfjs";

/** Each branch sees only values it can take, so neither makes a NaN that the other would have to hide. */
function value(x: tf.Tensor): tf.Tensor {
  const near = tf.log(tf.neg(tf.expm1(tf.maximum(x, -Math.LN2))));
  const far = tf.log1p(tf.neg(tf.exp(tf.minimum(x, -Math.LN2))));
  return tf.where(tf.greater(x, -Math.LN2), near, far);
}

// d/dx log(1 − eˣ) = −1/(e⁻ˣ − 1). Written out because the tape cannot pass through the comparison above.
const differentiable = tf.customGrad((x, save) => {
  (save as tf.GradSaveFunc)([x as tf.Tensor]);
  return {
    value: tf.tidy(() => value(x as tf.Tensor)),
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.div(tf.neg(dy), tf.expm1(tf.neg(saved[0]))),
  };
});

/**
 * log(1 − eˣ) for x < 0 [any shape], exact to rounding at both ends; −∞ at 0 and NaN above.
 * Branches at −ln 2: log(−expm1(x)) near 0, log1p(−eˣ) below. Mächler 2012, "Accurately computing log(1 − exp(−|a|))", eq. 7.
 */
export const log1mexp = <T extends tf.Tensor>(x: T): T => differentiable(x) as T;
