// Causal grouped-query attention, one head of one example at a time: its scores stay in the second-level cache.
import { exp4 } from "./elementary";
import { mixForOne, scoresOfOne } from "./fewRows";
import { product, threadScratch } from "./gemm";
import { loadOne, maxLanes, storeOne, sumLanes } from "./lanes";
import { partStart, slot, slotAddress, slotInt } from "./slots";

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

// Queries are taken this many at a time: later keys than the last of them sees are never multiplied, so the upper
// triangle of the scores costs nothing but its zeros.
export const ROWS: i32 = 32;

/** Sizes and addresses of a job; slots 0 to 5 hold what differs between value and gradient. */
const SIZES: i32 = 8;

/**
 * out [B, T, H, D] and the attention weights [B, H, T, S] that the gradient needs. One piece of work is one
 * head of one example.
 * Slots: out, weights, q, k, v, mask, -, -, B, T, S, H, key heads, D, scale, scratch, -, native.
 */
export function attentionPart(part: i32, parts: i32, thread: i32): void {
  const out = slotAddress(0), weights = slotAddress(1), q = slotAddress(2), k = slotAddress(3), v = slotAddress(4);
  const mask = slotAddress(5);
  const B = slotInt(SIZES), T = slotInt(SIZES + 1), S = slotInt(SIZES + 2), H = slotInt(SIZES + 3);
  const keyHeads = slotInt(SIZES + 4), D = slotInt(SIZES + 5);
  const scale = <f32>slot(SIZES + 6);
  const scratch = threadScratch(slotAddress(SIZES + 7), thread);
  const native = slotInt(SIZES + 9) !== 0;
  const group = H / keyHeads;
  const rowQ = <usize>(H * D) << 2;
  const rowK = <usize>(keyHeads * D) << 2;
  const rowP = <usize>S << 2;
  const end = partStart(part + 1, parts, B * H);
  for (let piece = partStart(part, parts, B * H); piece < end; piece++) {
    const b = piece / H;
    const h = piece % H;
    const atQ = <usize>b * <usize>T * rowQ + (<usize>(h * D) << 2);
    const atK = <usize>b * <usize>S * rowK + (<usize>((h / group) * D) << 2);
    const head = weights + <usize>piece * <usize>T * rowP;
    if (T === 1) {
      scoresOfOne(head, q + atQ, k + atK, rowK, S, D);
      maskedSoftmax(head, mask + <usize>b * rowP, S, S, scale);
      mixForOne(out + atQ, head, v + atK, rowK, S, D);
      continue;
    }
    for (let i = 0; i < T; i += ROWS) {
      const rows = min<i32>(ROWS, T - i);
      const visible = S - T + i + rows;
      const block = head + <usize>i * rowP;
      const rowsAt = atQ + <usize>i * rowQ;
      product(block, rowP, q + rowsAt, rowQ, 4, k + atK, 4, rowK, rows, visible, D, false, scratch, native);
      for (let r = 0; r < rows; r++) {
        maskedSoftmax(block + <usize>r * rowP, mask + <usize>b * rowP, S - T + i + r + 1, S, scale);
      }
      product(out + rowsAt, rowQ, block, rowP, 4, v + atK, rowK, 4, rows, D, visible, false, scratch, native);
    }
  }
}

/** In place on dP: dS = P (dP − Σ P dP) · scale over the first `visible` of each row's S. */
function softmaxGradient(dP: usize, P: usize, rows: i32, visible: i32, S: i32, scale: f32): void {
  const width = <usize>visible << 2;
  const end = width & ~15;
  const scale4 = f32x4.splat(scale);
  for (let i = 0; i < rows; i++) {
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
    dP += <usize>S << 2;
    P += <usize>S << 2;
  }
}

/**
 * ∂V = Pᵀ dO, dP = dO Vᵀ, ∂Q = dS K, ∂K = dSᵀ Q; heads that share a key head add up there, one after another.
 * Slots: dQ, dK, dV, dOut, weights, q, k, v, B, T, S, H, key heads, D, scale, scratch, room for [ROWS, S] a thread, native.
 */
export function attentionGradientPart(part: i32, parts: i32, thread: i32): void {
  const T = slotInt(SIZES + 1), S = slotInt(SIZES + 2), H = slotInt(SIZES + 3), keyHeads = slotInt(SIZES + 4);
  const room = slotAddress(SIZES + 8) + (<usize>(thread * ROWS * S) << 2);
  const scratch = threadScratch(slotAddress(SIZES + 7), thread);
  const pieces = slotInt(SIZES) * keyHeads;
  const group = H / keyHeads;
  const end = partStart(part + 1, parts, pieces);
  for (let piece = partStart(part, parts, pieces); piece < end; piece++) {
    const b = piece / keyHeads;
    const keyHead = piece % keyHeads;
    for (let i = 0; i < group; i++) headGradient(b, keyHead * group + i, keyHead, i > 0, T, S, H, keyHeads, room, scratch);
  }
}

/** One query head. The last queries come first: they see every key, so they set the sums that the others add to. */
function headGradient(
  b: i32, h: i32, keyHead: i32, add: bool, T: i32, S: i32, H: i32, keyHeads: i32, room: usize, scratch: usize,
): void {
  const dQ = slotAddress(0), dK = slotAddress(1), dV = slotAddress(2), dOut = slotAddress(3), weights = slotAddress(4);
  const q = slotAddress(5), k = slotAddress(6), v = slotAddress(7);
  const D = slotInt(SIZES + 5);
  const scale = <f32>slot(SIZES + 6);
  const native = slotInt(SIZES + 9) !== 0;
  const rowQ = <usize>(H * D) << 2;
  const rowK = <usize>(keyHeads * D) << 2;
  const rowP = <usize>S << 2;
  const atQ = <usize>b * <usize>T * rowQ + (<usize>(h * D) << 2);
  const atK = <usize>b * <usize>S * rowK + (<usize>(keyHead * D) << 2);
  const head = weights + <usize>(b * H + h) * <usize>T * rowP;
  for (let i = ((T - 1) / ROWS) * ROWS; i >= 0; i -= ROWS) {
    const rows = min<i32>(ROWS, T - i);
    const visible = S - T + i + rows;
    const adds = add || i + rows < T;
    const P = head + <usize>i * rowP;
    const at = atQ + <usize>i * rowQ;
    product(dV + atK, rowK, P, 4, rowP, dOut + at, rowQ, 4, visible, D, rows, adds, scratch, native);
    product(room, rowP, dOut + at, rowQ, 4, v + atK, 4, rowK, rows, visible, D, false, scratch, native);
    softmaxGradient(room, P, rows, visible, S, scale);
    product(dQ + at, rowQ, room, rowP, 4, k + atK, rowK, 4, rows, D, visible, false, scratch, native);
    product(dK + atK, rowK, room, 4, rowP, q + at, rowQ, 4, visible, D, rows, adds, scratch, native);
  }
}
