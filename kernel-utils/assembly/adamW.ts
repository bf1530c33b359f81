import { loadOne, storeOne, sumDoubles } from "./lanes";

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

/** One AdamW step over n floats, in place: parameter, mean and mean square of the gradient in a single pass. */
export function adamW(
  parameter: usize, gradient: usize, mean: usize, square: usize, n: i32, gradientScale: f32,
  keepM: f32, takeM: f32, keepV: f32, takeV: f32,
  rate: f32, epsilon: f32, decay: f32, correctM: f32, correctV: f32,
): void {
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

/** Σ x² over n floats: squares and sum in double precision. */
export function sumOfSquares(x: usize, n: i32): f64 {
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
