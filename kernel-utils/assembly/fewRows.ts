// C = A · Bᵀ for a few rows of A, as when one token a row is decoded: both operands are read along their rows where they
// lie. Packing a weight into panels would cost as much as multiplying by it.

/** The four lane sums of a, b, c and d, side by side. */
// @ts-ignore: decorator
@inline
function sumEach(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f64>(ab, cd, 0, 2), v128.shuffle<f64>(ab, cd, 1, 3));
}

/** Σ a_k b_k over K floats, added up in the same order as in `fourByTwo`. */
function dot(a: usize, b: usize, K: i32): f32 {
  const end = <usize>(K & ~3) << 2;
  let total = f32x4.splat(0);
  let at: usize = 0;
  for (; at < end; at += 16) total = f32x4.add(total, f32x4.mul(v128.load(a + at), v128.load(b + at)));
  let sum = f32x4.extract_lane(sumEach(total, total, total, total), 0);
  for (; at < <usize>K << 2; at += 4) sum += f32.load(a + at) * f32.load(b + at);
  return sum;
}

/** Four rows of A against two of B. */
function fourByTwo(c: usize, strideC: usize, a: usize, rowA: usize, b: usize, rowB: usize, K: i32): void {
  const a1 = a + rowA, a2 = a + 2 * rowA, a3 = a + 3 * rowA, b1 = b + rowB;
  let c00 = f32x4.splat(0), c10 = f32x4.splat(0), c20 = f32x4.splat(0), c30 = f32x4.splat(0);
  let c01 = f32x4.splat(0), c11 = f32x4.splat(0), c21 = f32x4.splat(0), c31 = f32x4.splat(0);
  const end = <usize>(K & ~3) << 2;
  let at: usize = 0;
  for (; at < end; at += 16) {
    const x = v128.load(b + at);
    const y = v128.load(b1 + at);
    let s = v128.load(a + at);
    c00 = f32x4.add(c00, f32x4.mul(s, x));
    c01 = f32x4.add(c01, f32x4.mul(s, y));
    s = v128.load(a1 + at);
    c10 = f32x4.add(c10, f32x4.mul(s, x));
    c11 = f32x4.add(c11, f32x4.mul(s, y));
    s = v128.load(a2 + at);
    c20 = f32x4.add(c20, f32x4.mul(s, x));
    c21 = f32x4.add(c21, f32x4.mul(s, y));
    s = v128.load(a3 + at);
    c30 = f32x4.add(c30, f32x4.mul(s, x));
    c31 = f32x4.add(c31, f32x4.mul(s, y));
  }
  let left = sumEach(c00, c10, c20, c30);
  let right = sumEach(c01, c11, c21, c31);
  for (; at < <usize>K << 2; at += 4) {
    const column = f32x4.replace_lane(f32x4.replace_lane(f32x4.replace_lane(v128.load32_zero(a + at), 1, f32.load(a1 + at)), 2, f32.load(a2 + at)), 3, f32.load(a3 + at));
    left = f32x4.add(left, f32x4.mul(column, v128.load32_splat(b + at)));
    right = f32x4.add(right, f32x4.mul(column, v128.load32_splat(b1 + at)));
  }
  storeColumn(c, strideC, left);
  storeColumn(c + 4, strideC, right);
}

// @ts-ignore: decorator
@inline
function storeColumn(c: usize, strideC: usize, column: v128): void {
  f32.store(c, f32x4.extract_lane(column, 0));
  f32.store(c + strideC, f32x4.extract_lane(column, 1));
  f32.store(c + 2 * strideC, f32x4.extract_lane(column, 2));
  f32.store(c + 3 * strideC, f32x4.extract_lane(column, 3));
}

/** C [M, N] = A [M, K] · Bᵀ with B [N, K]; strides in bytes, rows contiguous. A cell is added up alike in any tile. */
export function multiplyFewRows(
  c: usize, strideC: usize, a: usize, rowA: usize, b: usize, rowB: usize, M: i32, N: i32, K: i32,
): void {
  const wholeRows = M & ~3, wholeColumns = N & ~1;
  for (let j = 0; j < wholeColumns; j += 2) {
    const columns = b + <usize>j * rowB;
    for (let i = 0; i < wholeRows; i += 4) {
      fourByTwo(c + <usize>i * strideC + (<usize>j << 2), strideC, a + <usize>i * rowA, rowA, columns, rowB, K);
    }
  }
  for (let i = 0; i < M; i++) {
    for (let j = i < wholeRows ? wholeColumns : 0; j < N; j++) {
      f32.store(c + <usize>i * strideC + (<usize>j << 2), dot(a + <usize>i * rowA, b + <usize>j * rowB, K));
    }
  }
}

/** One query against its keys, which follow each other `stride` bytes apart: scores [keys]. */
export function scoresOfOne(scores: usize, q: usize, k: usize, stride: usize, keys: i32, D: i32): void {
  for (let j = 0; j < keys; j++) f32.store(scores + (<usize>j << 2), dot(q, k + <usize>j * stride, D));
}

/** out [D] = Σ_j weights_j v_j. */
export function mixForOne(out: usize, weights: usize, v: usize, stride: usize, keys: i32, D: i32): void {
  const width = <usize>D << 2;
  memory.fill(out, 0, width);
  for (let j = 0; j < keys; j++) {
    const weight = f32.load(weights + (<usize>j << 2));
    if (weight === 0) continue; // masked, or a slot that holds nothing yet
    const weight4 = f32x4.splat(weight);
    const row = v + <usize>j * stride;
    let at: usize = 0;
    for (; at + 16 <= width; at += 16) {
      v128.store(out + at, f32x4.add(v128.load(out + at), f32x4.mul(weight4, v128.load(row + at))));
    }
    for (; at < width; at += 4) f32.store(out + at, f32.load(out + at) + weight * f32.load(row + at));
  }
}
