// Causal grouped-query attention, one head of one example at a time: its scores stay in the second-level cache.
import { exp4 } from "./elementary";
import { multiply } from "./gemm";
import { loadOne, maxLanes, storeOne, sumLanes } from "./lanes";

/** Scores with −∞, whose exponential is exactly 0, where the key's mask is 0. */
// @ts-ignore: decorator
@inline
function seen(scores: v128, mask: v128): v128 {
  return v128.bitselect(f32x4.splat(-Infinity), scores, f32x4.eq(mask, f32x4.splat(0)));
}

/** In place: softmax(scale · scores) over the first `visible` keys whose mask is not 0; every other weight is 0. */
function maskedSoftmax(row: usize, mask: usize, visible: i32, S: i32, scale: f32): void {
  const width = <usize>visible << 2;
  const end = width & ~15;
  let top4 = f32x4.splat(-Infinity);
  let at: usize = 0;
  for (; at < end; at += 16) top4 = f32x4.max(top4, seen(v128.load(row + at), v128.load(mask + at)));
  for (; at < width; at += 4) top4 = f32x4.max(top4, seen(v128.load32_splat(row + at), v128.load32_splat(mask + at)));
  const top = maxLanes(top4);
  if (top === -Infinity) {
    memory.fill(row, 0, <usize>S << 2);
    return;
  }
  top4 = f32x4.splat(top);
  const scale4 = f32x4.splat(scale);
  let total4 = f32x4.splat(0);
  at = 0;
  for (; at < end; at += 16) {
    const e = exp4(f32x4.mul(f32x4.sub(seen(v128.load(row + at), v128.load(mask + at)), top4), scale4));
    v128.store(row + at, e);
    total4 = f32x4.add(total4, e);
  }
  let total = sumLanes(total4);
  for (; at < width; at += 4) {
    const e = exp4(f32x4.mul(f32x4.sub(seen(loadOne(row + at), loadOne(mask + at)), top4), scale4));
    storeOne(row + at, e);
    total += f32.load(row + at);
  }
  const share: f32 = 1 / total;
  for (at = 0; at < end; at += 16) v128.store(row + at, f32x4.mul(v128.load(row + at), f32x4.splat(share)));
  for (; at < width; at += 4) f32.store(row + at, f32.load(row + at) * share);
  memory.fill(row + width, 0, (<usize>S << 2) - width);
}

/** out [B, T, H, D] and the attention weights [B, H, T, S] that the gradient needs. */
export function attention(
  out: usize, weights: usize, q: usize, k: usize, v: usize, mask: usize,
  B: i32, T: i32, S: i32, H: i32, keyHeads: i32, D: i32, scale: f32, scratch: usize,
): void {
  const group = H / keyHeads;
  const rowQ = <usize>(H * D) << 2;
  const rowK = <usize>(keyHeads * D) << 2;
  for (let b = 0; b < B; b++) {
    for (let h = 0; h < H; h++) {
      const atQ = <usize>b * <usize>T * rowQ + (<usize>(h * D) << 2);
      const atK = <usize>b * <usize>S * rowK + (<usize>((h / group) * D) << 2);
      const head = weights + (<usize>(b * H + h) * <usize>(T * S) << 2);
      multiply(head, <usize>S << 2, q + atQ, rowQ, 4, k + atK, 4, rowK, T, S, D, false, scratch);
      for (let i = 0; i < T; i++) {
        maskedSoftmax(head + (<usize>(i * S) << 2), mask + (<usize>(b * S) << 2), S - T + i + 1, S, scale);
      }
      multiply(out + atQ, rowQ, head, <usize>S << 2, 4, v + atK, rowK, 4, T, D, S, false, scratch);
    }
  }
}

/** In place on dP: dS = P (dP − Σ P dP) · scale for each row. */
function softmaxGradient(dP: usize, P: usize, T: i32, S: i32, scale: f32): void {
  const width = <usize>S << 2;
  const end = width & ~15;
  const scale4 = f32x4.splat(scale);
  for (let i = 0; i < T; i++) {
    let sum4 = f32x4.splat(0);
    let at: usize = 0;
    for (; at < end; at += 16) sum4 = f32x4.add(sum4, f32x4.mul(v128.load(dP + at), v128.load(P + at)));
    for (; at < width; at += 4) sum4 = f32x4.add(sum4, f32x4.mul(loadOne(dP + at), loadOne(P + at)));
    const mean = f32x4.splat(sumLanes(sum4));
    for (at = 0; at < end; at += 16) {
      const centred = f32x4.sub(v128.load(dP + at), mean);
      v128.store(dP + at, f32x4.mul(f32x4.mul(v128.load(P + at), centred), scale4));
    }
    for (; at < width; at += 4) {
      storeOne(dP + at, f32x4.mul(f32x4.mul(loadOne(P + at), f32x4.sub(loadOne(dP + at), mean)), scale4));
    }
    dP += width;
    P += width;
  }
}

/**
 * ∂V = Pᵀ dO, dP = dO Vᵀ, ∂Q = dS K, ∂K = dSᵀ Q; heads that share a key head add up there.
 * `room` holds one head's dP [T, S].
 */
export function attentionGradient(
  dQ: usize, dK: usize, dV: usize, dOut: usize, weights: usize, q: usize, k: usize, v: usize,
  B: i32, T: i32, S: i32, H: i32, keyHeads: i32, D: i32, scale: f32, room: usize, scratch: usize,
): void {
  const group = H / keyHeads;
  const rowQ = <usize>(H * D) << 2;
  const rowK = <usize>(keyHeads * D) << 2;
  const rowP = <usize>S << 2;
  for (let b = 0; b < B; b++) {
    for (let h = 0; h < H; h++) {
      const add = h % group > 0;
      const atQ = <usize>b * <usize>T * rowQ + (<usize>(h * D) << 2);
      const atK = <usize>b * <usize>S * rowK + (<usize>((h / group) * D) << 2);
      const P = weights + (<usize>(b * H + h) * <usize>(T * S) << 2);
      multiply(dV + atK, rowK, P, 4, rowP, dOut + atQ, rowQ, 4, S, D, T, add, scratch);
      multiply(room, rowP, dOut + atQ, rowQ, 4, v + atK, 4, rowK, T, S, D, false, scratch);
      softmaxGradient(room, P, T, S, scale);
      multiply(dQ + atQ, rowQ, room, rowP, 4, k + atK, rowK, 4, T, D, S, false, scratch);
      multiply(dK + atK, rowK, room, 4, rowP, q + atQ, rowQ, 4, S, D, T, add, scratch);
    }
  }
}
