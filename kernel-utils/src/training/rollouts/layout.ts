import * as tf from "@tensorflow/tfjs";
import type { LanguageModel, RewardModel, TokenBatch } from "../../model";
import { projectedTokenLogps } from "../../tensor";
import { padRight } from "../batching";

/** A sampled reply behind its prompt. */
export interface SampledReply {
  promptTokens: readonly number[];
  /** Up to and with the end token, where there is one; never empty. */
  tokens: readonly number[];
}

/**
 * Replies as a batch for the model, and the way from the model's positions to arrays [B, T] in which every reply starts
 * at t = 0, whatever the length of its prompt: the shape that the objectives of reinforcement learning take.
 */
export interface ReplyLayout {
  batch: TokenBatch;
  /** [B, T] of the arrays made from this layout. */
  shape: [number, number];
  /** 1 on reply tokens, row-major [B, T]. */
  mask: Float32Array;
  /** What the critic is asked about: `mask`, and with `afterEnd` the position after the reply where it fits. */
  valueMask: Float32Array;
  /** Row-major indices into the batch of what predicts each reply token, and those tokens. */
  predicting: Int32Array;
  labels: Int32Array;
  /** The same indices for every entry of `valueMask`; V_t is the value before token t. */
  valued: Int32Array;
}

export interface LayoutOptions {
  /** Also ask for the value after the last token, where TRL puts the score. Default false. */
  afterEnd?: boolean;
  /** The arrays are at most this wide; a reply that long has no position after it. Default: no limit. */
  maxLength?: number;
}

export function layReplies(
  replies: readonly SampledReply[],
  padId: number,
  { afterEnd = false, maxLength = Number.POSITIVE_INFINITY }: LayoutOptions = {},
): ReplyLayout {
  const batch = padRight(
    replies.map(({ promptTokens, tokens }) => ({ tokens: [...promptTokens, ...tokens], labels: [] })),
    padId,
  );
  const longest = Math.max(...replies.map(({ tokens }) => tokens.length));
  const width = Math.min(longest + Number(afterEnd), Math.max(longest, maxLength));
  const mask = new Float32Array(replies.length * width);
  const valueMask = new Float32Array(mask.length);
  const predicting: number[] = [];
  const valued: number[] = [];
  replies.forEach(({ promptTokens, tokens }, row) => {
    const first = row * batch.length + promptTokens.length - 1;
    const values = Math.min(tokens.length + Number(afterEnd), width);
    mask.fill(1, row * width, row * width + tokens.length);
    valueMask.fill(1, row * width, row * width + values);
    for (let t = 0; t < tokens.length; t++) predicting.push(first + t);
    for (let t = 0; t < values; t++) valued.push(first + t);
  });
  const labels = Int32Array.from(predicting, (position) => batch.tokens[position + 1]);
  const indices = { predicting: Int32Array.from(predicting), valued: Int32Array.from(valued), labels };
  return { batch, shape: [replies.length, width], mask, valueMask, ...indices };
}

/**
 * log π(reply token) at a sampling temperature, nats [B, T], 0 in the padding. At temperature τ the policy is
 * softmax(logits / τ): it is that one which sampled, so it is that one whose ratio is taken.
 */
export function replyLogps(model: LanguageModel, layout: ReplyLayout, temperature = 1): tf.Tensor2D {
  return tf.tidy(() => {
    const hidden = model.hiddenAt(layout.batch, layout.predicting);
    const heated = temperature === 1 ? hidden : tf.mul<tf.Tensor2D>(hidden, 1 / temperature);
    const logps = projectedTokenLogps(heated, model.vocabularyWeight, tf.tensor1d(layout.labels, "int32"));
    return spread(logps, layout.mask, layout.shape);
  });
}

/** V before each token [B, T], 0 where `valueMask` is 0. */
export function replyValues(critic: RewardModel, { batch, valued, valueMask, shape }: ReplyLayout): tf.Tensor2D {
  return tf.tidy(() => spread(critic.valuesAt(batch, valued), valueMask, shape));
}

/** The entries of a list [N], one after another to where the mask is 1. */
function spread(list: tf.Tensor1D, mask: Float32Array, shape: [number, number]): tf.Tensor2D {
  let next = 0;
  const slots = Int32Array.from(mask, (counted) => (counted ? next++ : list.size));
  return tf.reshape(tf.gather(tf.concat([list, tf.zeros([1])]), tf.tensor1d(slots, "int32")), shape);
}

/** Rows of different lengths as one array [B, width], 0 behind the end. */
export function grid(rows: readonly (readonly number[])[], width: number): tf.Tensor2D {
  const values = new Float32Array(rows.length * width);
  rows.forEach((row, index) => values.set(row.slice(0, width), index * width));
  return tf.tensor2d(values, [rows.length, width]);
}

/** The way back: each row of [B, T] up to its length. */
export function ungrid(values: ArrayLike<number>, width: number, lengths: readonly number[]): number[][] {
  return lengths.map((length, row) => Array.from({ length }, (_, t) => values[row * width + t]));
}
