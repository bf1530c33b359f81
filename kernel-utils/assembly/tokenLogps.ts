import { exp4, log } from "./elementary";
import { addAsDoubles, loadOne, maxLanes, storeOne, sumDoubles } from "./lanes";
import { partStart, slotAddress, slotInt } from "./slots";

// @ts-ignore: decorator
@inline
function largest(x: usize, width: usize): f32 {
  const end = width & ~15;
  let top = f32x4.splat(-Infinity);
  let at: usize = 0;
  for (; at < end; at += 16) top = f32x4.max(top, v128.load(x + at));
  for (; at < width; at += 4) top = f32x4.max(top, v128.load32_splat(x + at));
  return maxLanes(top);
}

/** Σ exp(x − top), added up in double precision. */
// @ts-ignore: decorator
@inline
function sumOfExp(x: usize, top: f32, width: usize): f64 {
  const end = width & ~15;
  const top4 = f32x4.splat(top);
  let total = f64x2.splat(0);
  let at: usize = 0;
  for (; at < end; at += 16) total = addAsDoubles(total, exp4(f32x4.sub(v128.load(x + at), top4)));
  let sum = sumDoubles(total);
  for (; at < width; at += 4) sum += <f64>f32x4.extract_lane(exp4(f32x4.sub(loadOne(x + at), top4)), 0);
  return sum;
}

/** Slots: out, stats, logits, labels, rows, V. */
export function tokenLogpsPart(part: i32, parts: i32): void {
  const V = slotInt(5);
  const from = <usize>partStart(part, parts, slotInt(4));
  const rows = partStart(part + 1, parts, slotInt(4)) - <i32>from;
  tokenLogps(
    slotAddress(0) + (from << 2), slotAddress(1) + (from << 3), slotAddress(2) + from * (<usize>V << 2),
    slotAddress(3) + (from << 2), rows, V,
  );
}

/** log softmax of each row at its label, 0 where the label is negative; `stats` keeps (max, log Σ exp(x − max)) a row. */
function tokenLogps(out: usize, stats: usize, logits: usize, labels: usize, rows: i32, V: i32): void {
  const width = <usize>V << 2;
  for (let row = 0; row < rows; row++) {
    const label = i32.load(labels);
    const top = largest(logits, width);
    const logSum = log(sumOfExp(logits, top, width));
    const inside = label >= 0 && label < V;
    const logp = inside ? <f64>f32.load(logits + (<usize>label << 2)) - <f64>top - logSum : 0;
    f32.store(out, <f32>logp);
    f32.store(stats, top);
    f32.store(stats, <f32>logSum, 4);
    logits += width;
    labels += 4;
    out += 4;
    stats += 8;
  }
}

/** ∂logits may lie over the logits themselves. Slots: ∂logits, dy, logits, labels, stats, rows, V. */
export function tokenLogpsGradientPart(part: i32, parts: i32): void {
  const V = slotInt(6);
  const from = <usize>partStart(part, parts, slotInt(5));
  const rows = partStart(part + 1, parts, slotInt(5)) - <i32>from;
  const wide = from * (<usize>V << 2);
  tokenLogpsGradient(
    slotAddress(0) + wide, slotAddress(1) + (from << 2), slotAddress(2) + wide, slotAddress(3) + (from << 2),
    slotAddress(4) + (from << 3), rows, V,
  );
}

/** ∂x_v = dy (1[v = label] − softmax_v), 0 where the label is negative. */
function tokenLogpsGradient(
  dLogits: usize, dy: usize, logits: usize, labels: usize, stats: usize, rows: i32, V: i32,
): void {
  const width = <usize>V << 2;
  const end = width & ~15;
  for (let row = 0; row < rows; row++) {
    const label = i32.load(labels);
    if (label < 0 || label >= V) memory.fill(dLogits, 0, width);
    else {
      const top = f32x4.splat(f32.load(stats));
      const logSum = f32x4.splat(f32.load(stats, 4));
      const scale = f32x4.splat(-f32.load(dy));
      let at: usize = 0;
      for (; at < end; at += 16) {
        const p = exp4(f32x4.sub(f32x4.sub(v128.load(logits + at), top), logSum));
        v128.store(dLogits + at, f32x4.mul(p, scale));
      }
      for (; at < width; at += 4) {
        storeOne(dLogits + at, f32x4.mul(exp4(f32x4.sub(f32x4.sub(loadOne(logits + at), top), logSum)), scale));
      }
      const picked = dLogits + (<usize>label << 2);
      f32.store(picked, f32.load(picked) + f32.load(dy));
    }
    logits += width;
    dLogits += width;
    labels += 4;
    dy += 4;
    stats += 8;
  }
}
