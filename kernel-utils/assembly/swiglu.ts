import { sigmoid4 } from "./elementary";
import { loadOne, storeOne } from "./lanes";
import { partStartBy, slotAddress, slotInt } from "./slots";

// @ts-ignore: decorator
@inline
function value(gate: v128, up: v128): v128 {
  return f32x4.mul(f32x4.mul(gate, sigmoid4(gate)), up);
}

/** Slots: y, gate, up, n. */
export function swigluPart(part: i32, parts: i32): void {
  const from = partStartBy(4, part, parts, slotInt(3));
  const at = <usize>from << 2;
  swiglu(slotAddress(0) + at, slotAddress(1) + at, slotAddress(2) + at, partStartBy(4, part + 1, parts, slotInt(3)) - from);
}

/** y = g σ(g) u over n floats. */
function swiglu(y: usize, gate: usize, up: usize, n: i32): void {
  const end = <usize>(n & ~3) << 2;
  let at: usize = 0;
  for (; at < end; at += 16) v128.store(y + at, value(v128.load(gate + at), v128.load(up + at)));
  for (; at < <usize>n << 2; at += 4) storeOne(y + at, value(loadOne(gate + at), loadOne(up + at)));
}

/** ∂g = dy u σ(g) (1 + g (1 − σ(g))) */
// @ts-ignore: decorator
@inline
function gateGradient(dy: v128, gate: v128, up: v128, sigmoid: v128): v128 {
  const one = f32x4.splat(1);
  const slope = f32x4.mul(sigmoid, f32x4.add(one, f32x4.mul(gate, f32x4.sub(one, sigmoid))));
  return f32x4.mul(f32x4.mul(dy, up), slope);
}

/** Slots: ∂gate, ∂up, dy, gate, up, n. */
export function swigluGradientPart(part: i32, parts: i32): void {
  const from = partStartBy(4, part, parts, slotInt(5));
  const at = <usize>from << 2;
  const n = partStartBy(4, part + 1, parts, slotInt(5)) - from;
  swigluGradient(slotAddress(0) + at, slotAddress(1) + at, slotAddress(2) + at, slotAddress(3) + at, slotAddress(4) + at, n);
}

/** Both gradients over n floats; ∂u = dy g σ(g). */
function swigluGradient(dGate: usize, dUp: usize, dy: usize, gate: usize, up: usize, n: i32): void {
  const end = <usize>(n & ~3) << 2;
  let at: usize = 0;
  for (; at < end; at += 16) {
    const g = v128.load(gate + at);
    const dy4 = v128.load(dy + at);
    const sigmoid = sigmoid4(g);
    v128.store(dGate + at, gateGradient(dy4, g, v128.load(up + at), sigmoid));
    v128.store(dUp + at, f32x4.mul(f32x4.mul(dy4, g), sigmoid));
  }
  for (; at < <usize>n << 2; at += 4) {
    const g = loadOne(gate + at);
    const dy4 = loadOne(dy + at);
    const sigmoid = sigmoid4(g);
    storeOne(dGate + at, gateGradient(dy4, g, loadOne(up + at), sigmoid));
    storeOne(dUp + at, f32x4.mul(f32x4.mul(dy4, g), sigmoid));
  }
}
