import * as tf from "@tensorflow/tfjs";
import { hostMemory } from "./hostMemory";
import { KeyValueCache } from "./keyValueCache";
import type { LanguageModel } from "./languageModel";
import type { TokenBatch } from "./packing";

/**
 * A small tensor that changes at every step: written in place where its memory can be reached, uploaded anew elsewhere.
 * Nobody else holds it, and nothing differentiates through it.
 */
class StepTensor {
  private held: tf.Tensor2D;

  constructor(
    private readonly values: Float32Array | Int32Array,
    private readonly shape: [number, number],
  ) {
    this.held = this.upload();
  }

  set(row: number, column: number, value: number): void {
    this.values[row * this.shape[1] + column] = value;
  }

  /** The tensor, with all that was set. */
  read(): tf.Tensor2D {
    const memory = hostMemory(this.held);
    if (memory) memory.set(this.values);
    else {
      this.held.dispose();
      this.held = this.upload();
    }
    return this.held;
  }

  /** The same for some of the rows only; this one is disposed of. */
  keepRows(rows: readonly number[]): StepTensor {
    const [, width] = this.shape;
    const kept = rows.flatMap((row) => [...this.values.subarray(row * width, (row + 1) * width)]);
    this.held.dispose();
    const values = this.values instanceof Int32Array ? Int32Array.from(kept) : Float32Array.from(kept);
    return new StepTensor(values, [rows.length, width]);
  }

  dispose(): void {
    this.held.dispose();
  }

  private upload(): tf.Tensor2D {
    const dtype = this.values instanceof Int32Array ? "int32" : "float32";
    // A copy: a backend may keep the array it is given.
    return tf.keep(tf.tensor2d(this.values.slice(), this.shape, dtype));
  }
}

/** A batch of prompts padded on the left, with room on the right, on its way through the model token by token. */
export class Decoding {
  /** Which prompt each row of the batch continues, and whether it goes on. */
  private rows: { prompt: number; runs: boolean }[];
  private readonly prompts: TokenBatch;
  private readonly promptLengths: number[];
  private readonly cache: KeyValueCache;
  private tokens: StepTensor;
  private positions: StepTensor;
  /** [rows, slots]: 1 where a token is or was. */
  private mask: StepTensor;
  private steps = 0;

  constructor(
    private readonly model: LanguageModel,
    prompts: readonly (readonly number[])[],
    maxNewTokens: number,
    padId: number,
  ) {
    this.prompts = padLeft(prompts, padId);
    this.promptLengths = prompts.map((prompt) => prompt.length);
    const { rows, length } = this.prompts;
    const slots = length + maxNewTokens;
    const mask = new Float32Array(rows * slots);
    for (let row = 0; row < rows; row++) {
      mask.set(this.prompts.attentionMask.subarray(row * length, (row + 1) * length), row * slots);
    }
    this.rows = prompts.map((_, prompt) => ({ prompt, runs: true }));
    this.cache = new KeyValueCache(model.config, rows, slots);
    this.tokens = new StepTensor(new Int32Array(rows), [rows, 1]);
    this.positions = new StepTensor(new Int32Array(rows), [rows, 1]);
    this.mask = new StepTensor(mask, [rows, slots]);
  }

  get running(): number {
    return this.rows.filter(({ runs }) => runs).length;
  }

  /** Next-token logits [rows, V]: of the prompts at first, then of the tokens that `next` was given. */
  logits(): tf.Tensor2D {
    const { model, prompts, cache } = this;
    if (this.steps === 0) {
      const last = Int32Array.from(this.rows, (_, row) => (row + 1) * prompts.length - 1);
      return tf.tidy(() => model.project(model.hiddenAt(prompts, last, cache)));
    }
    const [tokens, positions, attentionMask] = [this.tokens, this.positions, this.mask].map((input) => input.read());
    return tf.tidy(() => {
      const hidden = model.hidden(tokens, { attentionMask, positions, cache });
      return model.project(tf.reshape(hidden, [this.rows.length, model.config.hidden_size]) as tf.Tensor2D);
    });
  }

  /** Gives every running row its next token, in the order of the rows. */
  next(draw: (row: number, prompt: number) => { token: number; ends: boolean }): void {
    const slot = this.prompts.length + this.steps;
    this.rows.forEach((state, row) => {
      if (state.runs) {
        const { token, ends } = draw(row, state.prompt);
        this.tokens.set(row, 0, token);
        state.runs = !ends;
      }
      this.positions.set(row, 0, this.promptLengths[state.prompt] + this.steps); // padding is not counted
      this.mask.set(row, slot, 1);
    });
    this.steps += 1;
  }

  /** Takes the rows that have ended out of the batch, once they are half of it: copying the cache has its price too. */
  dropEnded(): void {
    const kept = [...this.rows.keys()].filter((row) => this.rows[row].runs);
    if (2 * kept.length > this.rows.length) return;
    this.cache.keepRows(kept);
    this.tokens = this.tokens.keepRows(kept);
    this.positions = this.positions.keepRows(kept);
    this.mask = this.mask.keepRows(kept);
    this.rows = kept.map((row) => this.rows[row]);
  }

  dispose(): void {
    for (const held of [this.cache, this.tokens, this.positions, this.mask]) held.dispose();
  }
}

function padLeft(prompts: readonly (readonly number[])[], padId: number): TokenBatch {
  const rows = prompts.length;
  const length = prompts.reduce((longest, prompt) => Math.max(longest, prompt.length), 0);
  const tokens = new Int32Array(rows * length).fill(padId);
  const attentionMask = new Float32Array(rows * length);
  prompts.forEach((prompt, row) => {
    const padding = length - prompt.length;
    tokens.set(prompt, row * length + padding);
    attentionMask.fill(1, row * length + padding, (row + 1) * length);
  });
  return { rows, length, tokens, attentionMask };
}
