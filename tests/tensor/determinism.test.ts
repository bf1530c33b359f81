import * as tf from "@tensorflow/tfjs";
import {
  adamWUpdate,
  causalAttention,
  embedding,
  globalNorm,
  linear,
  Random,
  rmsNorm,
  rotary,
  scope,
  sequenceLogps,
  swiglu,
} from "../../kernel-utils/src/tensor";
import { onBackends } from "./support";

const [B, T, V, d, H] = [2, 7, 11, 12, 2];

/** Three training steps of one transformer layer; the bits of every weight at the end. */
function train(seed: number): { weights: number[]; losses: number[]; tensors: number[] } {
  const random = new Random(seed);
  const shapes = { table: [V, d], q: [d, d], k: [d, d], v: [d, d], gate: [d, d], up: [d, d] };
  const weights = Object.values(shapes).map((shape) =>
    tf.variable(random.normalTensor(shape as [number, number], 0.3)),
  );
  const norm = tf.variable(tf.ones([d])) as unknown as tf.Tensor1D;
  const moments = weights.map((w) => ({ m: tf.variable(tf.zerosLike(w)), v: tf.variable(tf.zerosLike(w)) }));
  const ids = tf.tensor2d(
    Array.from({ length: B * T }, () => random.integer(V)),
    [B, T],
    "int32",
  );
  const positions = tf.tensor2d(
    Array.from({ length: B * T }, (_, i) => i % T),
    [B, T],
    "int32",
  );
  const loss = (): tf.Scalar => {
    const [table, q, k, v, gate, up] = weights as unknown as tf.Tensor2D[];
    const x = embedding<tf.Rank.R3>(table, ids);
    const heads = (w: tf.Tensor2D) => tf.reshape(linear(rmsNorm(x, norm), w), [B, T, H, d / H]) as tf.Tensor4D;
    const mixed = causalAttention(rotary(heads(q), positions), rotary(heads(k), positions), heads(v), tf.ones([B, T]));
    const y = tf.add(x, tf.reshape(mixed, [B, T, d])) as tf.Tensor3D;
    return tf.neg(tf.mean<tf.Scalar>(sequenceLogps(linear(swiglu(linear(y, gate), linear(y, up)), table), ids).sum));
  };
  const [losses, tensors]: [number[], number[]] = [[], []];
  for (let step = 1; step <= 3; step++) {
    scope("step", () => {
      const { value, grads } = tf.variableGrads(loss, weights);
      const scalars = { learningRate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, step };
      const gradientScale = 1 / globalNorm(Object.values(grads));
      const updates = weights.map((parameter, i) => ({
        ...{ parameter, gradient: grads[parameter.name], moments: moments[i], weightDecay: 0.1 },
      }));
      adamWUpdate(updates, { ...scalars, gradientScale });
      losses.push(value.dataSync()[0]);
      return [];
    });
    tensors.push(tf.memory().numTensors);
  }
  return { weights: weights.flatMap((w) => Array.from(w.dataSync())), losses, tensors };
}

onBackends(["wasm", "cpu"], () => {
  it("gives the same bits twice from one seed, others from another, and learns", () => {
    const first = train(1);
    expect(train(1)).toMatchObject({ weights: first.weights, losses: first.losses });
    expect(train(2).losses).not.toEqual(first.losses);
    expect(first.losses[2]).toBeLessThan(first.losses[0]);
  });
  it("holds as many tensors after each step as after the first", () => {
    expect(new Set(train(3).tensors).size).toBe(1);
  });
});
