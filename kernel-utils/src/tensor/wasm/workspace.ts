import type * as tf from "@tensorflow/tfjs";
import { gemm } from "./gemm";
import type { WasmHeap } from "./heap";
import { wasmHeap } from "./install";
import { rotaryTables } from "./rotaryTables";

/** Up to here a weight is multiplied where it lies: packing it would cost as much as the product. */
const FEW_ROWS = 32;

/**
 * Memory set aside once, and the kernels called on it directly: no tensor is made, nothing is recorded for a gradient,
 * nothing allocated. For loops whose steps are so small that the tensor package's own work would outweigh theirs, as when
 * one token a row is decoded. Buffers are addresses; a tensor's memory can be one too.
 */
export class Workspace {
  private readonly owned: number[] = [];

  private constructor(private readonly heap: WasmHeap) {}

  /** On the wasm backend; undefined elsewhere. */
  static open(): Workspace | undefined {
    const heap = wasmHeap();
    return heap && new Workspace(heap);
  }

  /** Room for so many floats or 32-bit integers, until `dispose`. */
  buffer(length: number): number {
    const address = this.heap.allocate(4 * length);
    this.owned.push(address);
    return address;
  }

  addressOf(tensor: tf.TensorInfo): number {
    return this.heap.address(tensor);
  }

  /** The numbers at an address; good until something is allocated. */
  floats(address: number, length: number): Float32Array {
    return this.heap.floats(address, length);
  }

  integers(address: number, length: number): Int32Array {
    return this.heap.integers(address, length);
  }

  /** out [rows, out] = x [rows, in] · weightᵀ, the weight [out, in]. */
  product(out: number, x: number, weight: number, rows: number, outSize: number, inSize: number): void {
    const sizes = { stepA: 0, stepB: 0, M: rows, N: outSize, K: inSize, batch: 1 };
    gemm(this.heap, {
      addresses: [out, x, weight],
      ...sizes,
      transposeA: false,
      transposeB: true,
      fewRows: rows <= FEW_ROWS,
    });
  }

  /** out [ids, width] = the rows `ids` of table. The ids must be in range. */
  gather(out: number, table: number, ids: number, count: number, width: number): void {
    this.heap.run("gather", 1, [out, table, ids, count, width]);
  }

  /** `scales` is room for one float a row. */
  rmsNorm(out: number, scales: number, x: number, weight: number, rows: number, d: number, epsilon: number): void {
    this.heap.run("rmsNorm", 1, [out, scales, x, weight, rows, d, epsilon]);
  }

  /** Pairs (i, i + D/2) of x [rows, heads, D] turned by their row's position, up to and with `last`. May lie over x. */
  rotary(
    out: number,
    x: number,
    positions: number,
    last: number,
    rows: number,
    heads: number,
    D: number,
    theta: number,
  ) {
    const { cosines, sines } = rotaryTables(this.heap).get(theta, D, last);
    this.heap.run("rotary", 1, [out, x, positions, cosines, sines, rows, heads, D, 0, 1]);
  }

  /** One query a row: out, q [rows, H, D], k and v [rows, S, key heads, D], mask [rows, S]; `weights` has room for [rows, H, S]. */
  attention(
    [out, weights, q, k, v, mask]: number[],
    { rows, S, H, keyHeads, D }: { rows: number; S: number; H: number; keyHeads: number; D: number },
  ): void {
    const parts = this.heap.partsFor(rows * H * S * (0.2 * D + 1.2), rows * H);
    const { gemm: scratch } = this.heap.scratch();
    const sizes = [rows, 1, S, H, keyHeads, D, 1 / Math.sqrt(D), scratch, 0, 0];
    this.heap.run("attention", parts, [out, weights, q, k, v, mask, 0, 0, ...sizes]);
  }

  /** stats [rows, 2] = (max z, log Σ exp(z − max z)) of each row of logits [rows, V]; `ids` and `logps`: one number a row. */
  logSumExp(stats: number, logps: number, logits: number, ids: number, rows: number, V: number): void {
    this.heap.run("tokenLogps", this.heap.partsFor(1.2 * rows * V, rows), [logps, stats, logits, ids, rows, V]);
  }

  swiglu(out: number, gate: number, up: number, length: number): void {
    this.heap.run("swiglu", this.heap.partsFor(1.2 * length, length), [out, gate, up, length]);
  }

  /** May lie over a or b. */
  add(out: number, a: number, b: number, length: number): void {
    this.heap.run("add", 1, [out, a, b, length]);
  }

  dispose(): void {
    for (const address of this.owned.splice(0)) this.heap.free(address);
  }
}
