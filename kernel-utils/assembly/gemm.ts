// Matrix product on packed panels. Both operands are first copied into panels that the inner loop reads front to back,
// which is also where transposes vanish: any operand is a base address and two strides.
// Loop order and block roles follow Goto and van de Geijn 2008, doi:10.1145/1356052.1356053.

import { multiplyFewRows } from "./fewRows";
import { slot, slotAddress, slotInt } from "./slots";

const MR: i32 = 4; // rows of C in registers
const NR: i32 = 8; // columns of C in registers: 4 × 8 fills the 16 vector registers without spilling
const KC: i32 = 256; // depth of a block: an A panel (4 KiB) and a B panel (8 KiB) stay in the first-level cache
const MC: i32 = 96; // rows of the packed A block (96 KiB, second-level cache)
const NC: i32 = 1024; // columns of the packed B block (1 MiB)
// How a product is computed.
const NATIVE: i32 = 1; // by the host's library
const FEW_ROWS: i32 = 2; // own kernels, A · Bᵀ, without packing; else with it

const TILE_BYTES: usize = <usize>(MR * NR * 4);
const A_BYTES: usize = <usize>(MC * KC * 4);
const B_BYTES: usize = <usize>(KC * NC * 4);

/** Bytes of working memory that `gemm` and the attention kernels want at `scratch`. */
export function gemmScratchBytes(): usize {
  return TILE_BYTES + A_BYTES + B_BYTES;
}

/** 4 rows of 4 floats at src, `stride` bytes apart, written as 4 columns `step` bytes apart. */
// @ts-ignore: decorator
@inline
function transpose4(target: usize, step: usize, src: usize, stride: usize): void {
  const a = v128.load(src);
  const b = v128.load(src + stride);
  const c = v128.load(src + 2 * stride);
  const d = v128.load(src + 3 * stride);
  const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(target, v128.shuffle<f64>(ab0, cd0, 0, 2));
  v128.store(target + step, v128.shuffle<f64>(ab0, cd0, 1, 3));
  v128.store(target + 2 * step, v128.shuffle<f64>(ab1, cd1, 0, 2));
  v128.store(target + 3 * step, v128.shuffle<f64>(ab1, cd1, 1, 3));
}

/** One whole panel whose neighbours across the panel are neighbours in memory. */
function packAlong(target: usize, src: usize, strideK: usize, depth: i32, width: i32): void {
  for (let k = 0; k < depth; k++) {
    v128.store(target, v128.load(src));
    if (width === NR) v128.store(target + 16, v128.load(src, 16));
    target += <usize>width << 2;
    src += strideK;
  }
}

/** One whole panel whose neighbours along the depth are neighbours in memory. */
function packAcross(target: usize, src: usize, strideP: usize, depth: i32, width: i32): void {
  const step = <usize>width << 2;
  let k = 0;
  for (; k + 4 <= depth; k += 4) {
    for (let p = 0; p < width; p += 4) transpose4(target + (<usize>p << 2), step, src + <usize>p * strideP, strideP);
    target += step << 2;
    src += 16;
  }
  for (; k < depth; k++) {
    for (let p = 0; p < width; p++) f32.store(target + (<usize>p << 2), f32.load(src + <usize>p * strideP));
    target += step;
    src += 4;
  }
}

/** A panel of any strides with only `count` of `width` rows; the rest is 0 and adds nothing to the product. */
function packPart(
  target: usize, src: usize, strideP: usize, strideK: usize, depth: i32, width: i32, count: i32,
): void {
  for (let k = 0; k < depth; k++) {
    for (let p = 0; p < width; p++) {
      const value: f32 = p < count ? f32.load(src + <usize>p * strideP + <usize>k * strideK) : 0;
      f32.store(target + (<usize>p << 2), value);
    }
    target += <usize>width << 2;
  }
}

/** Copies `size` × `depth` elements into panels of `width`. */
function pack(target: usize, src: usize, strideP: usize, strideK: usize, size: i32, depth: i32, width: i32): void {
  for (let p = 0; p < size; p += width) {
    const count = min<i32>(width, size - p);
    if (count < width || (strideP !== 4 && strideK !== 4)) packPart(target, src, strideP, strideK, depth, width, count);
    else if (strideP === 4) packAlong(target, src, strideK, depth, width);
    else packAcross(target, src, strideP, depth, width);
    target += <usize>(width * depth) << 2;
    src += <usize>width * strideP;
  }
}

/** c[4, 8] = or += a panel · b panel; rows of c are `stride` bytes apart. */
function multiplyPanels(a: usize, b: usize, depth: i32, c: usize, stride: usize, add: bool): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0);
  for (; depth > 0; depth--) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let s = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(s, b0));
    c01 = f32x4.add(c01, f32x4.mul(s, b1));
    s = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(s, b0));
    c11 = f32x4.add(c11, f32x4.mul(s, b1));
    s = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(s, b0));
    c21 = f32x4.add(c21, f32x4.mul(s, b1));
    s = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(s, b0));
    c31 = f32x4.add(c31, f32x4.mul(s, b1));
    a += 16;
    b += 32;
  }
  storeRow(c, c00, c01, add);
  storeRow(c + stride, c10, c11, add);
  storeRow(c + 2 * stride, c20, c21, add);
  storeRow(c + 3 * stride, c30, c31, add);
}

// @ts-ignore: decorator
@inline
function storeRow(c: usize, left: v128, right: v128, add: bool): void {
  v128.store(c, add ? f32x4.add(v128.load(c), left) : left);
  v128.store(c, add ? f32x4.add(v128.load(c, 16), right) : right, 16);
}

/** The part of a full tile that lies inside C. */
function copyTile(c: usize, stride: usize, tile: usize, rows: i32, columns: i32, add: bool): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const value = f32.load(tile + (<usize>(i * NR + j) << 2));
      const at = c + <usize>i * stride + (<usize>j << 2);
      f32.store(at, add ? f32.load(at) + value : value);
    }
  }
}

/** One block of C from packed blocks of A and B. */
function multiplyBlocks(
  c: usize, stride: usize, a: usize, b: usize, tile: usize, rows: i32, columns: i32, depth: i32, add: bool,
): void {
  for (let j = 0; j < columns; j += NR) {
    const panelB = b + (<usize>(j * depth) << 2);
    for (let i = 0; i < rows; i += MR) {
      const panelA = a + (<usize>(i * depth) << 2);
      const target = c + <usize>i * stride + (<usize>j << 2);
      if (rows - i >= MR && columns - j >= NR) multiplyPanels(panelA, panelB, depth, target, stride, add);
      else {
        multiplyPanels(panelA, panelB, depth, tile, NR * 4, false);
        copyTile(target, stride, tile, min<i32>(MR, rows - i), min<i32>(NR, columns - j), add);
      }
    }
  }
}

/**
 * C [M, N] = (or, with `add`, +=) A [M, K] · B [K, N]. Strides are in bytes; the rows of C are contiguous, and one of
 * the two strides of each operand should be 4.
 */
export function multiply(
  c: usize, strideC: usize, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, columnB: usize,
  M: i32, N: i32, K: i32, add: bool, scratch: usize,
): void {
  const blockA = scratch + TILE_BYTES;
  const blockB = blockA + A_BYTES;
  for (let j = 0; j < N; j += NC) {
    const columns = min<i32>(NC, N - j);
    for (let k = 0; k < K; k += KC) {
      const depth = min<i32>(KC, K - k);
      pack(blockB, b + <usize>k * rowB + <usize>j * columnB, columnB, rowB, columns, depth, NR);
      for (let i = 0; i < M; i += MC) {
        const rows = min<i32>(MC, M - i);
        pack(blockA, a + <usize>i * rowA + <usize>k * columnA, rowA, columnA, rows, depth, MR);
        const target = c + <usize>i * strideC + (<usize>j << 2);
        multiplyBlocks(target, strideC, blockA, blockB, scratch, rows, columns, depth, add || k > 0);
      }
    }
  }
}

/** The address from which a thread may use `gemmScratchBytes()`. */
// @ts-ignore: decorator
@inline
export function threadScratch(scratch: usize, thread: i32): usize {
  return scratch + <usize>thread * gemmScratchBytes();
}

/** cblas_sgemm of a native library, row-major, with lengths of rows in elements; the host passes it where it has one. */
// @ts-ignore: decorator
@external("env", "sgemm")
declare function sgemm(
  transposeA: bool, transposeB: bool, M: i32, N: i32, K: i32,
  a: usize, lengthA: i32, b: usize, lengthB: i32, c: usize, lengthC: i32, add: bool,
): void;

/** `multiply`, by the native library where the job asks for it. */
export function product(
  c: usize, strideC: usize, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, columnB: usize,
  M: i32, N: i32, K: i32, add: bool, scratch: usize, native: bool,
): void {
  if (!native) {
    multiply(c, strideC, a, rowA, columnA, b, rowB, columnB, M, N, K, add, scratch);
    return;
  }
  // A matrix one element wide has both strides 4: the length of its rows tells which way it lies.
  const transposeA = columnA !== 4 || <i32>(rowA >> 2) < K, transposeB = columnB !== 4 || <i32>(rowB >> 2) < N;
  const lengthA = <i32>((transposeA ? columnA : rowA) >> 2), lengthB = <i32>((transposeB ? columnB : rowB) >> 2);
  sgemm(transposeA, transposeB, M, N, K, a, lengthA, b, lengthB, c, <i32>(strideC >> 2), add);
}

/**
 * A part of `batch` products of dense matrices: some of the batch, some rows and some columns of C.
 * A step of 0 elements reuses one operand for all of the batch.
 * Slots: c, a, b, step of a, step of b, M, N, K, transpose a, transpose b, batch, products, rows and columns a part,
 * scratch, mode.
 */
export function gemmPart(part: i32, thread: i32): void {
  const M = slotInt(5), N = slotInt(6), K = slotInt(7);
  const perBatch = slotInt(11), perRows = slotInt(12), perColumns = slotInt(13);
  const columnParts = (N + perColumns - 1) / perColumns;
  const rowParts = (M + perRows - 1) / perRows;
  const column = (part % columnParts) * perColumns;
  const row = ((part / columnParts) % rowParts) * perRows;
  const first = (part / (columnParts * rowParts)) * perBatch;
  const last = min<i32>(slotInt(10), first + perBatch);
  const rows = min<i32>(perRows, M - row), columns = min<i32>(perColumns, N - column);
  for (let i = first; i < last; i++) gemmBlock(i, row, column, rows, columns, M, N, K, thread);
}

function gemmBlock(i: i32, row: i32, column: i32, rows: i32, columns: i32, M: i32, N: i32, K: i32, thread: i32): void {
  const transposeA = slotInt(8) !== 0, transposeB = slotInt(9) !== 0;
  const rowA: usize = transposeA ? 4 : <usize>K << 2;
  const columnA: usize = transposeA ? <usize>M << 2 : 4;
  const rowB: usize = transposeB ? 4 : <usize>N << 2;
  const columnB: usize = transposeB ? <usize>K << 2 : 4;
  const a = slotAddress(1) + (<usize>i * <usize>slot(3) << 2) + <usize>row * rowA;
  const b = slotAddress(2) + (<usize>i * <usize>slot(4) << 2) + <usize>column * columnB;
  const c = slotAddress(0) + ((<usize>i * <usize>M + <usize>row) * <usize>N + <usize>column << 2);
  const scratch = threadScratch(slotAddress(14), thread);
  const mode = slotInt(15);
  if (mode === FEW_ROWS) {
    multiplyFewRows(c, <usize>N << 2, a, rowA, b, columnB, rows, columns, K);
    return;
  }
  product(c, <usize>N << 2, a, rowA, columnA, b, rowB, columnB, rows, columns, K, false, scratch, mode === NATIVE);
}
