import { loadOne, storeOne, sumLanes } from "./lanes";
import { partStart, slot, slotAddress, slotInt } from "./slots";

/** Σ a_i b_i c_i over d floats, or Σ a_i b_i where c is 0. */
// @ts-ignore: decorator
@inline
function dot(a: usize, b: usize, c: usize, d: i32): f32 {
  let sum = f32x4.splat(0);
  const end = <usize>(d & ~3) << 2;
  let at: usize = 0;
  for (; at < end; at += 16) {
    const ab = f32x4.mul(v128.load(a + at), v128.load(b + at));
    sum = f32x4.add(sum, c ? f32x4.mul(ab, v128.load(c + at)) : ab);
  }
  for (; at < <usize>d << 2; at += 4) {
    const ab = f32x4.mul(loadOne(a + at), loadOne(b + at));
    sum = f32x4.add(sum, c ? f32x4.mul(ab, loadOne(c + at)) : ab);
  }
  return sumLanes(sum);
}

/**
 * y = w x / √(mean(x²) + ε) for each row; `scales` keeps 1 / √(…) for the gradient.
 * Slots: y, scales, x, weight, rows, d, ε.
 */
export function rmsNormPart(part: i32, parts: i32): void {
  const d = slotInt(5);
  const from = partStart(part, parts, slotInt(4));
  const rows = partStart(part + 1, parts, slotInt(4)) - from;
  const offset = <usize>from * (<usize>d << 2);
  const scales = slotAddress(1) + (<usize>from << 2);
  rmsNorm(slotAddress(0) + offset, scales, slotAddress(2) + offset, slotAddress(3), rows, d, <f32>slot(6));
}

function rmsNorm(y: usize, scales: usize, x: usize, weight: usize, rows: i32, d: i32, epsilon: f32): void {
  const width = <usize>d << 2;
  const end = <usize>(d & ~3) << 2;
  for (let row = 0; row < rows; row++) {
    const scale: f32 = 1 / sqrt<f32>(dot(x, x, 0, d) / <f32>d + epsilon);
    f32.store(scales, scale);
    const scale4 = f32x4.splat(scale);
    let at: usize = 0;
    for (; at < end; at += 16) {
      v128.store(y + at, f32x4.mul(f32x4.mul(v128.load(x + at), scale4), v128.load(weight + at)));
    }
    for (; at < width; at += 4) f32.store(y + at, f32.load(x + at) * scale * f32.load(weight + at));
    x += width;
    y += width;
    scales += 4;
  }
}

/**
 * With s = 1 / √(mean(x²) + ε):  ∂x = s w dy − x s³ Σ(w dy x) / d,   ∂w = Σ_rows dy x s.
 * Each part leaves its own ∂w [d]; `addRows` adds them up. Slots: dx, ∂w of the parts, dy, x, weight, scales, rows, d.
 */
export function rmsNormGradientPart(part: i32, parts: i32): void {
  const d = slotInt(7);
  const from = partStart(part, parts, slotInt(6));
  const rows = partStart(part + 1, parts, slotInt(6)) - from;
  const offset = <usize>from * (<usize>d << 2);
  rmsNormGradient(
    slotAddress(0) + offset, slotAddress(1) + <usize>part * (<usize>d << 2), slotAddress(2) + offset,
    slotAddress(3) + offset, slotAddress(4), slotAddress(5) + (<usize>from << 2), rows, d,
  );
}

function rmsNormGradient(
  dx: usize, dWeight: usize, dy: usize, x: usize, weight: usize, scales: usize, rows: i32, d: i32,
): void {
  const width = <usize>d << 2;
  const end = <usize>(d & ~3) << 2;
  memory.fill(dWeight, 0, width);
  for (let row = 0; row < rows; row++) {
    const scale = f32x4.splat(f32.load(scales));
    const s = f32.load(scales);
    const pull = f32x4.splat((dot(dy, x, weight, d) * s * s * s) / <f32>d);
    let at: usize = 0;
    for (; at < end; at += 16) {
      const dy4 = v128.load(dy + at);
      const x4 = v128.load(x + at);
      const direct = f32x4.mul(f32x4.mul(dy4, v128.load(weight + at)), scale);
      v128.store(dx + at, f32x4.sub(direct, f32x4.mul(x4, pull)));
      v128.store(dWeight + at, f32x4.add(v128.load(dWeight + at), f32x4.mul(f32x4.mul(dy4, x4), scale)));
    }
    for (; at < width; at += 4) {
      const dy4 = loadOne(dy + at);
      const x4 = loadOne(x + at);
      const direct = f32x4.mul(f32x4.mul(dy4, loadOne(weight + at)), scale);
      storeOne(dx + at, f32x4.sub(direct, f32x4.mul(x4, pull)));
      storeOne(dWeight + at, f32x4.add(loadOne(dWeight + at), f32x4.mul(f32x4.mul(dy4, x4), scale)));
    }
    x += width;
    dx += width;
    dy += width;
    scales += 4;
  }
}
