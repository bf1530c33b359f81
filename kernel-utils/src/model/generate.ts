import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import { Random } from "../tensor";
import { KeyValueCache } from "./keyValueCache";
import type { LanguageModel } from "./languageModel";
import type { TokenBatch } from "./packing";
import { checkSampling, type SamplingOptions, sampleToken } from "./sampling";

export interface GenerateOptions extends SamplingOptions {
  /** Default 20. */
  maxNewTokens?: number;
  /** Starts the random numbers; the same seed gives the same tokens. Default 0. */
  seed?: number | string;
  /** Random numbers to go on from, in place of a seed. */
  random?: Random;
  /** A row stops after this token. Default: the config's `eos_token_id`. */
  eosId?: number;
  /** Fills short rows on the left. Default: the config's `pad_token_id`. */
  padId?: number;
}

export interface Generated {
  /** New tokens of each prompt, up to and with the end token. */
  tokens: number[][];
  /** Log-probs of those tokens, nats; see `SampledToken`. */
  logps: number[][];
}

/** The prompts padded on the left, and room on the right for what is to come. */
interface Decoding {
  rows: number;
  promptLength: number;
  slots: number;
  /** [rows, slots]: 1 where a token is or was. */
  mask: Float32Array;
  prompts: TokenBatch;
  promptLengths: number[];
}

/** Continues a batch of prompts, one token a step, with a key/value cache. */
export async function generate(
  model: LanguageModel,
  prompts: readonly (readonly number[])[],
  options: GenerateOptions = {},
): Promise<Generated> {
  const { maxNewTokens = 20, eosId = model.config.eos_token_id } = options;
  checkSampling(options);
  checkPrompts(model, prompts, maxNewTokens);
  const result: Generated = { tokens: prompts.map(() => []), logps: prompts.map(() => []) };
  if (prompts.length === 0 || maxNewTokens === 0) return result;

  const random = options.random ?? new Random(options.seed ?? 0);
  const decoding = padLeft(prompts, maxNewTokens, options.padId ?? model.config.pad_token_id);
  const cache = new KeyValueCache(model.config, decoding.rows, decoding.slots);
  const running = new Array<boolean>(decoding.rows).fill(true);
  try {
    let next: Int32Array | undefined;
    for (let step = 0; step < maxNewTokens && running.includes(true); step++) {
      const logits = next ? nextLogits(model, decoding, cache, next, step) : promptLogits(model, decoding, cache);
      const values = (await logits.data()) as Float32Array;
      logits.dispose();
      next = sampleRows(values, running, result, { ...options, random, eosId });
      await new Promise(setImmediate); // lets an interrupt in
    }
  } finally {
    cache.dispose();
  }
  return result;
}

function checkPrompts(model: LanguageModel, prompts: readonly (readonly number[])[], maxNewTokens: number): void {
  const limit = model.config.max_position_embeddings;
  prompts.forEach((prompt, row) => {
    if (prompt.length === 0) {
      throw new CourseError("bad-value", `generate: prompt ${row} has no tokens; start it with the bos token`);
    }
    if (prompt.length + maxNewTokens > limit) {
      const need = `${prompt.length} tokens and ${maxNewTokens} new ones`;
      throw new CourseError(
        "bad-value",
        `generate: prompt ${row} has ${need}, the model ${limit} positions; shorten it`,
      );
    }
  });
}

function padLeft(prompts: readonly (readonly number[])[], maxNewTokens: number, padId: number): Decoding {
  const promptLengths = prompts.map((prompt) => prompt.length);
  const length = Math.max(...promptLengths);
  const [rows, slots] = [prompts.length, length + maxNewTokens];
  const tokens = new Int32Array(rows * length).fill(padId);
  const attentionMask = new Float32Array(rows * length);
  const mask = new Float32Array(rows * slots);
  prompts.forEach((prompt, row) => {
    const padding = length - prompt.length;
    tokens.set(prompt, row * length + padding);
    attentionMask.fill(1, row * length + padding, (row + 1) * length);
    mask.fill(1, row * slots + padding, row * slots + length);
  });
  return { rows, promptLength: length, slots, mask, prompts: { rows, length, tokens, attentionMask }, promptLengths };
}

/** Reads all prompts at once: logits [rows, V] of their last tokens. */
function promptLogits(model: LanguageModel, { rows, promptLength, prompts }: Decoding, cache: KeyValueCache) {
  const last = Int32Array.from({ length: rows }, (_, row) => (row + 1) * promptLength - 1);
  return tf.tidy(() => model.project(model.hiddenAt(prompts, last, cache)));
}

/** Reads the tokens of the step before: logits [rows, V] of step `step`. */
function nextLogits(
  model: LanguageModel,
  decoding: Decoding,
  cache: KeyValueCache,
  tokens: Int32Array,
  step: number,
): tf.Tensor2D {
  const { rows, promptLength, slots, mask, promptLengths } = decoding;
  for (let row = 0; row < rows; row++) mask[row * slots + promptLength + step - 1] = 1;
  return tf.tidy(() => {
    const positions = tf.tensor2d(
      promptLengths.map((length) => length + step - 1),
      [rows, 1],
      "int32",
    );
    // The mask goes on changing here, and a backend may keep the array it is given: hence the copy.
    const attentionMask = tf.tensor2d(mask.slice(), [rows, slots]);
    const hidden = model.hidden(tf.tensor2d(tokens, [rows, 1], "int32"), { attentionMask, positions, cache });
    return model.project(tf.reshape(hidden, [rows, model.config.hidden_size]) as tf.Tensor2D);
  });
}

/** Draws each running row's next token and stops the rows that end; stopped rows read the end token again, unseen. */
function sampleRows(
  logits: Float32Array,
  running: boolean[],
  result: Generated,
  options: SamplingOptions & { random: Random; eosId: number },
): Int32Array {
  const vocabularySize = logits.length / running.length;
  return Int32Array.from(running, (isRunning, row) => {
    if (!isRunning) return options.eosId;
    const rowLogits = logits.subarray(row * vocabularySize, (row + 1) * vocabularySize);
    const { token, logp } = sampleToken(rowLogits, options, options.random);
    result.tokens[row].push(token);
    result.logps[row].push(logp);
    if (token === options.eosId) running[row] = false;
    return token;
  });
}
