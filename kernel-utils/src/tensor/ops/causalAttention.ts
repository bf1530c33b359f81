import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../errors";
import { hasKernel } from "../backend/kernelRegistry";
import { differentiable, runKernel } from "./fused";

function checkShapes(q: tf.Tensor4D, k: tf.Tensor4D, v: tf.Tensor4D, keyMask: tf.Tensor2D): void {
  const [B, T, H, D] = q.shape;
  const [keyB, S, keyH, keyD] = k.shape;
  const fits = keyB === B && keyD === D && H % keyH === 0 && S >= T && tf.util.arraysEqual(k.shape, v.shape);
  if (q.rank === 4 && fits && keyMask.shape[0] === B && keyMask.shape[1] === S) return;
  const shapes = `q has shape [${q.shape}], k [${k.shape}], v [${v.shape}], keyMask [${keyMask.shape}]`;
  const wanted = "pass q [B, T, H, D], k and v [B, S, Hkv, D] with Hkv dividing H and S ≥ T, keyMask [B, S]";
  throw new CourseError("bad-shape", `causalAttention: ${shapes}; ${wanted}`);
}

/**
 * Masked, causal, grouped-query attention: out_i = Σ_j softmax_j(q_i · k_j / √D) v_j over the keys j that i may see.
 * Vaswani et al. 2017, arXiv:1706.03762, eq. 1; heads share keys as in Ainslie et al. 2023, arXiv:2305.13245.
 *
 * Query i sits at key index S − T + i, so a key/value cache is just a longer k and v. Masked keys get weight exactly 0;
 * a query that sees no key gives 0. Query head h reads key head ⌊h / (H / Hkv)⌋.
 *
 * @param q [B, T, H, D]
 * @param k [B, S, Hkv, D]
 * @param v [B, S, Hkv, D]
 * @param keyMask float 0/1 [B, S]
 * @returns [B, T, H, D]
 */
export function causalAttention(q: tf.Tensor4D, k: tf.Tensor4D, v: tf.Tensor4D, keyMask: tf.Tensor2D): tf.Tensor4D {
  checkShapes(q, k, v, keyMask);
  return hasKernel("CausalAttention") ? causalAttentionFused(q, k, v, keyMask) : causalAttentionPlain(q, k, v, keyMask);
}

function causalAttentionFused(q: tf.Tensor4D, k: tf.Tensor4D, v: tf.Tensor4D, keyMask: tf.Tensor2D): tf.Tensor4D {
  const forward = () => {
    const [value, weights] = runKernel("CausalAttention", { q, k, v, keyMask });
    return { value: value as tf.Tensor4D, saved: [weights, q, k, v] };
  };
  return differentiable([q, k, v], forward, (dy, [weights, q, k, v]) =>
    runKernel("CausalAttentionGradient", { dy, weights, q, k, v }),
  );
}

/** 1 where query i may see key j: j ≤ S − T + i [T, S]. */
function causalMask(T: number, S: number): tf.Tensor2D {
  const mask = new Float32Array(T * S);
  for (let i = 0; i < T; i++) mask.fill(1, i * S, i * S + S - T + i + 1);
  return tf.tensor2d(mask, [T, S]);
}

/** The same from stock operations: the reference that the fused kernel is tested against. */
export function causalAttentionPlain(
  q: tf.Tensor4D,
  k: tf.Tensor4D,
  v: tf.Tensor4D,
  keyMask: tf.Tensor2D,
): tf.Tensor4D {
  const [B, T, H, D] = q.shape;
  const [, S, keyH] = k.shape;
  const group = H / keyH;
  const byHead = (x: tf.Tensor4D) => tf.transpose(x, [0, 2, 1, 3]);
  // Query heads of one group lie next to each other, so a group is one tall matrix and keys need no repeating.
  const queries = tf.reshape(byHead(q), [B, keyH, group * T, D]);
  const scores = tf.reshape(tf.matMul(queries, byHead(k), false, true), [B, H, T, S]);
  const visible = tf.mul(causalMask(T, S), tf.reshape(keyMask, [B, 1, 1, S]));
  const hidden = tf.mul(tf.sub(1, visible), -1e30);
  const weights = tf.mul(tf.softmax(tf.add(tf.mul(scores, 1 / Math.sqrt(D)), hidden)), visible);
  const mixed = tf.matMul(tf.reshape(weights, [B, keyH, group * T, S]), byHead(v));
  return byHead(tf.reshape(mixed, [B, H, T, D]));
}
