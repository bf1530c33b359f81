// Whole rows copied, added and gathered: gathers, their gradients, and the gradients of broadcast weights.
import { addAsDoubles, sumDoubles } from "./lanes";
import { partStart, partStartBy, slot, slotAddress, slotInt } from "./slots";

const LINE: i32 = 16; // floats in a line of the cache: no two threads write to one

/**
 * out[ids[row], :] += x[row, :] over zeroed out [segments, width]; negative and too large ids are dropped. A part takes
 * some columns of every row, so each sum is added up in the order of the rows. Slots: out, x, ids, rows, width, segments.
 */
export function segmentSumPart(part: i32, parts: i32): void {
  const rows = slotInt(3), width = slotInt(4), segments = slotInt(5);
  const ids = slotAddress(2);
  const from = partStartBy(LINE, part, parts, width);
  const columns = partStartBy(LINE, part + 1, parts, width) - from;
  const out = slotAddress(0) + (<usize>from << 2);
  let x = slotAddress(1) + (<usize>from << 2);
  const step = <usize>width << 2;
  for (let segment = 0; segment < segments; segment++) memory.fill(out + <usize>segment * step, 0, <usize>columns << 2);
  for (let row = 0; row < rows; row++) {
    const id = i32.load(ids + (<usize>row << 2));
    if (<u32>id < <u32>segments) addRow(out + <usize>id * step, x, columns);
    x += step;
  }
}

/**
 * out[column] = scale · Σ_row x[row, column], added up in double precision, a line of columns at a time.
 * Slots: out, x, rows, width, scale.
 */
export function columnSumPart(part: i32, parts: i32): void {
  const rows = slotInt(2), width = slotInt(3);
  const scale = slot(4);
  const end = partStartBy(LINE, part + 1, parts, width);
  for (let column = partStartBy(LINE, part, parts, width); column < end; column += LINE) {
    const at = <usize>column << 2;
    const columns = min<i32>(LINE, width - column);
    if (columns === LINE) sumLine(slotAddress(0) + at, slotAddress(1) + at, rows, width, scale);
    else for (let i: usize = 0; i < <usize>columns << 2; i += 4) sumOne(slotAddress(0) + at + i, slotAddress(1) + at + i, rows, width, scale);
  }
}

/** Sixteen columns. */
function sumLine(out: usize, x: usize, rows: i32, width: i32, scale: f64): void {
  let a = f64x2.splat(0), b = f64x2.splat(0), c = f64x2.splat(0), d = f64x2.splat(0);
  let e = f64x2.splat(0), f = f64x2.splat(0), g = f64x2.splat(0), h = f64x2.splat(0);
  for (let row = 0; row < rows; row++) {
    a = f64x2.add(a, f64x2.promote_low_f32x4(v128.load64_zero(x)));
    b = f64x2.add(b, f64x2.promote_low_f32x4(v128.load64_zero(x, 8)));
    c = f64x2.add(c, f64x2.promote_low_f32x4(v128.load64_zero(x, 16)));
    d = f64x2.add(d, f64x2.promote_low_f32x4(v128.load64_zero(x, 24)));
    e = f64x2.add(e, f64x2.promote_low_f32x4(v128.load64_zero(x, 32)));
    f = f64x2.add(f, f64x2.promote_low_f32x4(v128.load64_zero(x, 40)));
    g = f64x2.add(g, f64x2.promote_low_f32x4(v128.load64_zero(x, 48)));
    h = f64x2.add(h, f64x2.promote_low_f32x4(v128.load64_zero(x, 56)));
    x += <usize>width << 2;
  }
  storePair(out, a, scale);
  storePair(out + 8, b, scale);
  storePair(out + 16, c, scale);
  storePair(out + 24, d, scale);
  storePair(out + 32, e, scale);
  storePair(out + 40, f, scale);
  storePair(out + 48, g, scale);
  storePair(out + 56, h, scale);
}

// @ts-ignore: decorator
@inline
function storePair(out: usize, pair: v128, scale: f64): void {
  f32.store(out, <f32>(f64x2.extract_lane(pair, 0) * scale));
  f32.store(out, <f32>(f64x2.extract_lane(pair, 1) * scale), 4);
}

function sumOne(out: usize, x: usize, rows: i32, width: i32, scale: f64): void {
  let sum: f64 = 0;
  for (let row = 0; row < rows; row++) {
    sum += <f64>f32.load(x);
    x += <usize>width << 2;
  }
  f32.store(out, <f32>(sum * scale));
}

/** out[row] = scale · Σ_column x[row, column], added up in double precision. Slots: out, x, rows, width, scale. */
export function rowSumPart(part: i32, parts: i32): void {
  const width = slotInt(3);
  const scale = slot(4);
  const last = partStart(part + 1, parts, slotInt(2));
  for (let row = partStart(part, parts, slotInt(2)); row < last; row++) {
    const x = slotAddress(1) + (<usize>row * <usize>width << 2);
    const end = <usize>width << 2;
    let total = f64x2.splat(0);
    let at: usize = 0;
    for (; at + 16 <= end; at += 16) total = addAsDoubles(total, v128.load(x + at));
    let sum = sumDoubles(total);
    for (; at < end; at += 4) sum += <f64>f32.load(x + at);
    f32.store(slotAddress(0) + (<usize>row << 2), <f32>(sum * scale));
  }
}

/** out[row, :] = x[ids[row], :]; the ids were checked. Slots: out, x, ids, rows, width. */
export function gatherPart(part: i32, parts: i32): void {
  const rows = slotInt(3);
  const width = <usize>slotInt(4) << 2;
  const x = slotAddress(1), ids = slotAddress(2);
  const end = partStart(part + 1, parts, rows);
  for (let row = partStart(part, parts, rows); row < end; row++) {
    memory.copy(slotAddress(0) + <usize>row * width, x + <usize>i32.load(ids + (<usize>row << 2)) * width, width);
  }
}

/** out = a + b over n floats. Slots: out, a, b, n. */
export function addPart(part: i32, parts: i32): void {
  const n = slotInt(3);
  const from = partStartBy(LINE, part, parts, n);
  const end = <usize>partStartBy(LINE, part + 1, parts, n) << 2;
  const out = slotAddress(0), a = slotAddress(1), b = slotAddress(2);
  let at = <usize>from << 2;
  for (; at + 16 <= end; at += 16) v128.store(out + at, f32x4.add(v128.load(a + at), v128.load(b + at)));
  for (; at < end; at += 4) f32.store(out + at, f32.load(a + at) + f32.load(b + at));
}

// @ts-ignore: decorator
@inline
function addRow(out: usize, x: usize, width: i32): void {
  let i = 0;
  for (; i + 4 <= width; i += 4) {
    const at = <usize>i << 2;
    v128.store(out + at, f32x4.add(v128.load(out + at), v128.load(x + at)));
  }
  for (; i < width; i++) {
    const at = <usize>i << 2;
    f32.store(out + at, f32.load(out + at) + f32.load(x + at));
  }
}
