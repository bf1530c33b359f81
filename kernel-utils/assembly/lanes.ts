// Small helpers over four-lane vectors.

/** Sum of the four lanes. */
// @ts-ignore: decorator
@inline
export function sumLanes(x: v128): f32 {
  return (
    f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
  );
}

/** Largest of the four lanes; NaN if any lane is. */
// @ts-ignore: decorator
@inline
export function maxLanes(x: v128): f32 {
  const low = max<f32>(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1));
  return max<f32>(low, max<f32>(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)));
}

/** Adds the four floats of x to the two doubles of `total`, without rounding them first. */
// @ts-ignore: decorator
@inline
export function addAsDoubles(total: v128, x: v128): v128 {
  const upper = v128.shuffle<f32>(x, x, 2, 3, 2, 3);
  return f64x2.add(total, f64x2.add(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(upper)));
}

// @ts-ignore: decorator
@inline
export function sumDoubles(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

/** One float in lane 0 and zeros elsewhere: how the last n mod 4 elements go through four-lane code. */
// @ts-ignore: decorator
@inline
export function loadOne(at: usize): v128 {
  return v128.load32_zero(at);
}

// @ts-ignore: decorator
@inline
export function storeOne(at: usize, x: v128): void {
  f32.store(at, f32x4.extract_lane(x, 0));
}
