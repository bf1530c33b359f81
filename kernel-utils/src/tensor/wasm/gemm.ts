import type { WasmHeap } from "./heap";

export interface GemmJob {
  /** Of C, A and B. */
  addresses: number[];
  /** Elements from one product's operand to the next one's; 0 uses one operand for all. */
  stepA: number;
  stepB: number;
  M: number;
  N: number;
  K: number;
  transposeA: boolean;
  transposeB: boolean;
  /** Products. */
  batch: number;
  /**
   * A · Bᵀ with few rows of A: both are read where they lie, without packing. Cells are added up in another order, so
   * this is for decoding only: elsewhere a row's result must not depend on how many rows there are beside it.
   */
  fewRows?: boolean;
}

/** As in assembly/gemm.ts. */
const modes = { packed: 0, native: 1, fewRows: 2 };

/** A part is worth no less than this many multiply-adds: below, packing and waking cost more than is won. */
const SMALLEST_PART = 400_000;
/** The same without packing; decoding is a chain of such products, for which the other threads stay awake. */
const SMALLEST_UNPACKED_PART = 100_000;
/** What a native library does while our kernels do one multiply-add, about. */
const NATIVE_SPEED = 3;
/** Rows and columns come in whole tiles of the kernels, so that a cut makes no new edges. */
const TILE = 16;

interface Cut {
  products: number;
  rows: number;
  columns: number;
}

/**
 * Where a batch of products is cut: among its products where there are many, else across the longer side of C, since a
 * cut across one side makes every part pack the other operand anew. How a cell of C is added up does not depend on it.
 */
export function cutGemm(heap: WasmHeap, { M, N, K, batch, fewRows }: GemmJob): Cut {
  const { threads, blas } = heap.engine;
  const packedPart = SMALLEST_PART * (blas ? NATIVE_SPEED : 1);
  const smallest = fewRows ? SMALLEST_UNPACKED_PART : packedPart;
  // Accelerate shares a product out by itself, among processors that no other thread can ask for.
  const wanted = blas?.kind === "Accelerate" ? 1 : Math.min(2 * threads, Math.floor((M * N * K * batch) / smallest));
  if (threads === 1 || wanted < 2) return { products: batch, rows: M, columns: N };
  if (batch >= wanted) return { products: Math.ceil(batch / wanted), rows: M, columns: N };
  const share = (length: number) => Math.ceil(length / wanted / TILE) * TILE;
  return M >= N ? { products: batch, rows: share(M), columns: N } : { products: batch, rows: M, columns: share(N) };
}

/** C = A · B for a batch of dense row-major matrices on the heap. */
export function gemm(heap: WasmHeap, job: GemmJob): void {
  const { addresses, stepA, stepB, M, N, K, transposeA, transposeB, batch } = job;
  const { products, rows, columns } = cutGemm(heap, job);
  const parts = Math.ceil(batch / products) * Math.ceil(M / rows) * Math.ceil(N / columns);
  // Few rows leave a native library no time to pack either.
  const mode = job.fewRows ? "fewRows" : heap.engine.blas ? "native" : "packed";
  heap.run("gemm", parts, [
    ...[...addresses, stepA, stepB, M, N, K, Number(transposeA), Number(transposeB), batch],
    ...[products, rows, columns, heap.scratch().gemm, modes[mode]],
  ]);
}
