import * as tf from "@tensorflow/tfjs";

/** A padded batch as plain numbers, row-major [rows, length]. */
export interface TokenBatch {
  rows: number;
  length: number;
  tokens: Int32Array;
  /** 1 where there is a token, 0 where there is padding. */
  attentionMask: Float32Array;
}

/**
 * A batch without its padding: N tokens in a list, and how to go between the list and [B, T]. Everything but attention
 * works token by token, so it need not see padding at all.
 */
export interface Packing {
  /** [N] */
  tokens: tf.Tensor1D;
  /** Position of each token in its own sequence [B, T]. */
  positions: tf.Tensor2D;
  /** [B, T] */
  keyMask: tf.Tensor2D;
  /** Absent where there is no padding: the list is the batch then. */
  moves?: {
    /** For each of [B·T] its place in the list; 0 for padding, whose results nobody reads. */
    spread: tf.Tensor1D;
    /** For each of the list its place in [B·T], [N]. */
    collect: tf.Tensor1D;
  };
  /** The wanted positions, in [B·T] and in the list. */
  wanted: { inBatch: tf.Tensor1D; inList: tf.Tensor1D };
}

/** @param wanted row-major indices into [rows, length], none of them padding */
export function packBatch({ rows, length, tokens, attentionMask }: TokenBatch, wanted: Int32Array): Packing {
  const positions = new Int32Array(rows * length);
  const spread = new Int32Array(rows * length);
  const collect: number[] = [];
  for (let row = 0; row < rows; row++) {
    let position = 0;
    for (let index = row * length; index < (row + 1) * length; index++) {
      if (attentionMask[index] === 0) continue;
      positions[index] = position++;
      spread[index] = collect.length;
      collect.push(index);
    }
  }
  const list = (values: ArrayLike<number>) => tf.tensor1d(Int32Array.from(values), "int32");
  return {
    tokens: list(collect.map((index) => tokens[index])),
    positions: tf.tensor2d(positions, [rows, length], "int32"),
    keyMask: tf.tensor2d(Float32Array.from(attentionMask), [rows, length]), // a copy: the backend may keep what it gets
    moves: collect.length === rows * length ? undefined : { spread: list(spread), collect: list(collect) },
    wanted: { inBatch: list(wanted), inList: list(wanted.map((index) => spread[index])) },
  };
}
