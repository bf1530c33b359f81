import { partStart, slot, slotAddress, slotInt } from "./slots";

/**
 * Turns pair i of every head of row r by the angle of (positions[r], i), taken from tables [position, D / 2].
 * `sign` −1 turns back: a rotation's gradient is the inverse rotation.
 * Slots: y, x, positions, cosines, sines, rows, heads, D, interleaved, sign.
 */
export function rotaryPart(part: i32, parts: i32): void {
  const positions = slotAddress(2), cosines = slotAddress(3), sines = slotAddress(4);
  const heads = slotInt(6), D = slotInt(7);
  const interleaved = slotInt(8) !== 0;
  const sign = <f32>slot(9);
  const half = D >> 1;
  const from = partStart(part, parts, slotInt(5)), end = partStart(part + 1, parts, slotInt(5));
  const offset = <usize>from * (<usize>(heads * D) << 2);
  let y = slotAddress(0) + offset;
  let x = slotAddress(1) + offset;
  for (let row = from; row < end; row++) {
    const table = <usize>(i32.load(positions + (<usize>row << 2)) * half) << 2;
    for (let head = 0; head < heads; head++) {
      if (interleaved) turnNeighbours(y, x, cosines + table, sines + table, half, sign);
      else turnHalves(y, x, cosines + table, sines + table, half, sign);
      x += <usize>D << 2;
      y += <usize>D << 2;
    }
  }
}

// @ts-ignore: decorator
@inline
function turnHalves(y: usize, x: usize, cosines: usize, sines: usize, half: i32, sign: f32): void {
  const width = <usize>half << 2;
  const end = <usize>(half & ~3) << 2;
  let at: usize = 0;
  for (; at < end; at += 16) {
    const first = v128.load(x + at);
    const second = v128.load(x + width + at);
    const cosine = v128.load(cosines + at);
    const sine = f32x4.mul(v128.load(sines + at), f32x4.splat(sign));
    v128.store(y + at, f32x4.sub(f32x4.mul(first, cosine), f32x4.mul(second, sine)));
    v128.store(y + width + at, f32x4.add(f32x4.mul(second, cosine), f32x4.mul(first, sine)));
  }
  for (; at < width; at += 4) turnPair(y + at, y + width + at, x + at, x + width + at, cosines + at, sines + at, sign);
}

// @ts-ignore: decorator
@inline
function turnNeighbours(y: usize, x: usize, cosines: usize, sines: usize, half: i32, sign: f32): void {
  for (let at: usize = 0; at < <usize>half << 2; at += 4) {
    turnPair(y + 2 * at, y + 2 * at + 4, x + 2 * at, x + 2 * at + 4, cosines + at, sines + at, sign);
  }
}

// @ts-ignore: decorator
@inline
function turnPair(y0: usize, y1: usize, x0: usize, x1: usize, cosines: usize, sines: usize, sign: f32): void {
  const first = f32.load(x0);
  const second = f32.load(x1);
  const cosine = f32.load(cosines);
  const sine = f32.load(sines) * sign;
  f32.store(y0, first * cosine - second * sine);
  f32.store(y1, second * cosine + first * sine);
}
