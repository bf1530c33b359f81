// Sums over rows: the gradients of gathers and of broadcast weights.

/** out[ids[row], :] += x[row, :] over zeroed out [segments, width]; negative and too large ids are dropped. */
export function segmentSum(out: usize, x: usize, ids: usize, rows: i32, width: i32, segments: i32): void {
  memory.fill(out, 0, <usize>(segments * width) << 2);
  for (let row = 0; row < rows; row++) {
    const id = i32.load(ids + (<usize>row << 2));
    if (<u32>id < <u32>segments) addRow(out + (<usize>(id * width) << 2), x, width);
    x += <usize>width << 2;
  }
}

/** out[column] = Σ_row x[row, column]. */
export function columnSum(out: usize, x: usize, rows: i32, width: i32): void {
  memory.fill(out, 0, <usize>width << 2);
  for (let row = 0; row < rows; row++) {
    addRow(out, x, width);
    x += <usize>width << 2;
  }
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
