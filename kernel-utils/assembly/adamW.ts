import { loadOne, storeOne, sumDoubles } from "./lanes";
import { slot, slotAddress, slotInt } from "./slots";

// @ts-ignore: decorator
@inline
function blend(old: v128, fresh: v128, keep: f32, take: f32): v128 {
  return f32x4.add(f32x4.mul(old, f32x4.splat(keep)), f32x4.mul(fresh, f32x4.splat(take)));
}

/** θ − η (m̂ / (√v̂ + ε) + λθ), with the corrections for the start at 0 as factors. */
// @ts-ignore: decorator
@inline
function moved(p: v128, m: v128, v: v128, rate: f32, epsilon: f32, decay: f32, correctM: f32, correctV: f32): v128 {
  const root = f32x4.sqrt(f32x4.mul(v, f32x4.splat(correctV)));
  const step = f32x4.div(f32x4.mul(m, f32x4.splat(correctM)), f32x4.add(root, f32x4.splat(epsilon)));
  const direction = f32x4.add(step, f32x4.mul(p, f32x4.splat(decay)));
  return f32x4.sub(p, f32x4.mul(direction, f32x4.splat(rate)));
}

// All parameters at once: a table on the heap has a row of ROW bytes for each, and the elements of all of them count as
// one long list, cut into parts of PART elements wherever the parameters end.
// A row: addresses of parameter, gradient, mean and square (u32 each), weight decay (f32), then (i64) the index of its
// first element and of the first after its last.
const ROW: usize = 40;
const FIRST: usize = 24;
export const PART: i32 = 16384;

/** One AdamW step over n floats, in place: parameter, mean and mean square of the gradient in a single pass. */
function adamWRange(row: usize, from: usize, n: i32): void {
  const parameter = <usize>load<u32>(row) + from;
  const gradient = <usize>load<u32>(row, 4) + from;
  const mean = <usize>load<u32>(row, 8) + from;
  const square = <usize>load<u32>(row, 12) + from;
  const decay = f32.load(row, 16);
  const gradientScale = <f32>slot(3);
  const keepM = <f32>slot(4), takeM = <f32>slot(5), keepV = <f32>slot(6), takeV = <f32>slot(7);
  const rate = <f32>slot(8), epsilon = <f32>slot(9), correctM = <f32>slot(10), correctV = <f32>slot(11);
  const end = <usize>(n & ~3) << 2;
  let at: usize = 0;
  for (; at < end; at += 16) {
    const g = f32x4.mul(v128.load(gradient + at), f32x4.splat(gradientScale));
    const m = blend(v128.load(mean + at), g, keepM, takeM);
    const v = blend(v128.load(square + at), f32x4.mul(g, g), keepV, takeV);
    v128.store(mean + at, m);
    v128.store(square + at, v);
    v128.store(parameter + at, moved(v128.load(parameter + at), m, v, rate, epsilon, decay, correctM, correctV));
  }
  for (; at < <usize>n << 2; at += 4) {
    const g = f32x4.mul(loadOne(gradient + at), f32x4.splat(gradientScale));
    const m = blend(loadOne(mean + at), g, keepM, takeM);
    const v = blend(loadOne(square + at), f32x4.mul(g, g), keepV, takeV);
    storeOne(mean + at, m);
    storeOne(square + at, v);
    storeOne(parameter + at, moved(loadOne(parameter + at), m, v, rate, epsilon, decay, correctM, correctV));
  }
}

/** Slots: table, rows, elements in all, then the scalars of `adamWRange`. */
export function adamWPart(part: i32): void {
  const table = slotAddress(0);
  const rows = slotInt(1);
  const start = <i64>part * PART;
  const end = min<i64>(<i64>slot(2), start + PART);
  for (let i = 0; i < rows; i++) {
    const row = table + <usize>i * ROW;
    const first = i64.load(row, FIRST);
    const last = i64.load(row, FIRST + 8);
    if (first >= end) return;
    if (last <= start) continue;
    const from = max<i64>(start, first);
    adamWRange(row, <usize>(from - first) << 2, <i32>(min<i64>(end, last) - from));
  }
}

/** Slots: out (f64 a part), table of (address u32, padding, first element i64, end i64), rows, elements in all. */
export function sumOfSquaresPart(part: i32): void {
  const table = slotAddress(1);
  const rows = slotInt(2);
  const start = <i64>part * PART;
  const end = min<i64>(<i64>slot(3), start + PART);
  let sum: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const row = table + <usize>i * 24;
    const first = i64.load(row, 8);
    const last = i64.load(row, 16);
    if (first >= end) break;
    if (last <= start) continue;
    const from = max<i64>(start, first);
    sum += sumOfSquares(<usize>load<u32>(row) + (<usize>(from - first) << 2), <i32>(min<i64>(end, last) - from));
  }
  f64.store(slotAddress(0) + (<usize>part << 3), sum);
}

/** Σ x² over n floats: squares and sum in double precision. */
function sumOfSquares(x: usize, n: i32): f64 {
  const end = <usize>(n & ~3) << 2;
  let total = f64x2.splat(0);
  let at: usize = 0;
  for (; at < end; at += 16) {
    const low = f64x2.promote_low_f32x4(v128.load64_zero(x + at));
    const high = f64x2.promote_low_f32x4(v128.load64_zero(x + at, 8));
    total = f64x2.add(total, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
  }
  let sum = sumDoubles(total);
  for (; at < <usize>n << 2; at += 4) sum += <f64>f32.load(x + at) * <f64>f32.load(x + at);
  return sum;
}
