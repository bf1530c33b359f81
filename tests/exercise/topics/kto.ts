import * as tf from "@tensorflow/tfjs";
import type { Topic } from "./topic";

const sign = (desirable: tf.Tensor): tf.Tensor => desirable.mul(2).sub(1);
const value = (ratios: tf.Tensor, desirable: tf.Tensor, z0: number | tf.Tensor, beta: number): tf.Tensor =>
  tf.sigmoid(ratios.sub(z0).mul(beta).mul(sign(desirable)));
const referencePoint = (policy: tf.Tensor, reference: tf.Tensor): tf.Tensor => tf.relu(policy.sub(reference).mean());

export const kto: Topic = {
  answers: {
    "kto-value": value,
    "kto-reference-point": referencePoint,
    "kto-mismatch": (prompts: number[]) =>
      prompts.map((prompt, place) => {
        const later = [...prompts.keys()].map((step) => (place + 1 + step) % prompts.length);
        return later.find((other) => prompts[other] !== prompt) as number;
      }),
    "kto-loss": (
      policy: tf.Tensor,
      reference: tf.Tensor,
      desirable: tf.Tensor,
      z0: number,
      beta: number,
      up: number,
      down: number,
    ) => {
      const weight = desirable.mul(up - down).add(down);
      return weight.mul(value(policy.sub(reference), desirable, z0, -beta));
    },
    "kto-gradient": (
      policy: tf.Tensor,
      reference: tf.Tensor,
      desirable: tf.Tensor,
      klPolicy: tf.Tensor,
      klReference: tf.Tensor,
      beta: number,
    ) => {
      const z0 = referencePoint(klPolicy, klReference);
      const loss = (policy: tf.Tensor) => value(policy.sub(reference), desirable, z0, -beta).mean().asScalar();
      return tf.concat([tf.grad(loss)(policy), tf.zerosLike(klPolicy)]);
    },
    "kto-weights": (up: number, down: number) => [Math.max(down, up) / up, Math.max(down, up) / down],
  },
  byHand: [
    ["kto-value", [[1, 1], [1, 0], 1, 5], [0.5, 0.5]],
    [
      "kto-reference-point",
      [
        [-1, -5],
        [-3, -6],
      ],
      1.5,
    ], // (2 + 1) / 2
    ["kto-mismatch", [[7, 7, 3]], [2, 2, 0]],
    // r = ln 3 above z0 = 0: σ = 3/4, so the loss is λ_D / 4; undesirable: λ_U · 3/4
    ["kto-loss", [[-1, -1], [-1 - Math.log(3), -1 - Math.log(3)], [1, 0], 0, 1, 2, 4], [0.5, 3]],
    // σ(ln 3) σ(−ln 3) = 3/16; mismatched replies have no gradient
    ["kto-gradient", [[0], [-Math.log(3)], [1], [-2], [-1], 1], [-3 / 16, 0]],
    ["kto-weights", [30, 10], [1, 3]],
  ],
};
