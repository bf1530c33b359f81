import * as tf from "@tensorflow/tfjs";

/** log σ(x) = −softplus(−x) [any shape]. Not tf.logSigmoid: its gradient throws on any computed tensor (TF.js 4.22). */
export const logSigmoid = <T extends tf.Tensor>(x: T): T => tf.neg(tf.softplus(tf.neg(x)));
