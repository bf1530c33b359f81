import * as tf from "@tensorflow/tfjs";
import type { LearnerFunction } from "../../kernel-utils/src/exercise/attempt";

/** How a learner would solve each exercise with tensors: a second implementation beside the plain reference. */
export const tensorAnswers: Record<string, LearnerFunction> = {
  "sequence-logp": (logits: tf.Tensor3D, labels: tf.Tensor2D) => {
    const [batch, time, vocabulary] = logits.shape;
    const targets = labels.slice([0, 1], [batch, time - 1]);
    const logps = tf.logSoftmax(logits.slice([0, 0, 0], [batch, time - 1, vocabulary]));
    const hot = tf.oneHot(tf.maximum(targets, 0).toInt(), vocabulary);
    const counted = tf.notEqual(targets, -100).toFloat();
    return logps.mul(hot).sum(-1).mul(counted).sum(-1);
  },
  "masked-mean": (values: tf.Tensor, mask: tf.Tensor) => values.mul(mask).sum().div(mask.sum()),
  "kl-divergence": (p: tf.Tensor, q: tf.Tensor) => p.mul(p.div(q).log()).sum(),
  "gradient-by-hand": (logits: tf.Tensor1D, label: number) => {
    return tf.softmax(logits).sub(tf.oneHot(tf.scalar(label, "int32"), logits.size).reshape([logits.size]));
  },
  "response-labels": (tokens: number[], promptLength: number, padId: number) =>
    tokens.map((token, t) => (t < promptLength || token === padId ? -100 : token)),
  "sft-loss": (tokenLogps: tf.Tensor, mask: tf.Tensor) => tokenLogps.mul(mask).sum().div(mask.sum()).neg(),
  perplexity: (tokenLogps: tf.Tensor, mask: tf.Tensor) => tokenLogps.mul(mask).sum().div(mask.sum()).neg().exp(),
  "implicit-reward": (policy: tf.Tensor, reference: tf.Tensor, beta: number) => policy.sub(reference).mul(beta),
  "dpo-loss": (pc: tf.Tensor, pr: tf.Tensor, rc: tf.Tensor, rr: tf.Tensor, beta: number) =>
    tf.softplus(pc.sub(rc).sub(pr.sub(rr)).mul(-beta)),
  "dpo-gradient": (margins: tf.Tensor, beta: number) => margins.mul(-beta).sigmoid().mul(beta),
  "dpo-accuracy": (pc: tf.Tensor, pr: tf.Tensor, rc: tf.Tensor, rr: tf.Tensor) =>
    pc.sub(rc).greater(pr.sub(rr)).toFloat().mean(),
};
