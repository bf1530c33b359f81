// Whole rows copied, added and gathered: gathers, their gradients, and the gradients of broadcast weights.
import { partStart, partStartBy, slotAddress, slotInt } from "./pool";

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

/** out[column] = Σ_row x[row, column], in the order of the rows. Slots: out, x, rows, width. */
export function columnSumPart(part: i32, parts: i32): void {
  const rows = slotInt(2), width = slotInt(3);
  const from = partStartBy(LINE, part, parts, width);
  const columns = partStartBy(LINE, part + 1, parts, width) - from;
  const out = slotAddress(0) + (<usize>from << 2);
  let x = slotAddress(1) + (<usize>from << 2);
  memory.fill(out, 0, <usize>columns << 2);
  for (let row = 0; row < rows; row++) {
    addRow(out, x, columns);
    x += <usize>width << 2;
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
