import * as tf from "@tensorflow/tfjs";
import { DecodeStep, type StepInputs, type StepLogits } from "./decodeStep";
import { hostMemory } from "./hostMemory";
import { KeyValueCache } from "./keyValueCache";
import type { LanguageModel } from "./languageModel";
import type { TokenBatch } from "./packing";

/** A batch of prompts padded on the left, with room on the right, on its way through the model token by token. */
export class Decoding {
  /** Which prompt each row of the batch continues, and whether it goes on. */
  private rows: { prompt: number; runs: boolean }[];
  private readonly prompts: TokenBatch;
  private readonly promptLengths: number[];
  private readonly cache: KeyValueCache;
  private inputs: StepInputs;
  /** The same step on memory set aside for it, where there can be one; made anew when rows leave. */
  private fast?: DecodeStep;
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
    this.inputs = { tokens: new Int32Array(rows), positions: new Int32Array(rows), mask };
    this.fast = DecodeStep.open(model, this.cache, rows);
  }

  get running(): number {
    return this.rows.filter(({ runs }) => runs).length;
  }

  /**
   * Next-token logits [rows, V]: of the prompts at first, then of the tokens that `next` was given. Where the backend's
   * memory can be reached they lie in it, until the next call.
   */
  async logits(): Promise<StepLogits> {
    if (this.steps > 0 && this.fast) return this.fast.logits(this.inputs);
    const logits = this.steps === 0 ? this.promptLogits() : this.stepLogits();
    const values = hostMemory(logits)?.slice() ?? ((await logits.data()) as Float32Array);
    logits.dispose();
    return { values };
  }

  private promptLogits(): tf.Tensor2D {
    const { model, prompts, cache } = this;
    const last = Int32Array.from(this.rows, (_, row) => (row + 1) * prompts.length - 1);
    return tf.tidy(() => model.project(model.hiddenAt(prompts, last, cache)));
  }

  private stepLogits(): tf.Tensor2D {
    const { model, cache, inputs } = this;
    const rows = this.rows.length;
    return tf.tidy(() => {
      // Copies: a backend may keep the array it is given, and these change.
      const tokens = tf.tensor2d(inputs.tokens.slice(), [rows, 1], "int32");
      const positions = tf.tensor2d(inputs.positions.slice(), [rows, 1], "int32");
      const attentionMask = tf.tensor2d(inputs.mask.slice(), [rows, cache.slots]);
      const hidden = model.hidden(tokens, { attentionMask, positions, cache });
      return model.project(tf.reshape(hidden, [rows, model.config.hidden_size]) as tf.Tensor2D);
    });
  }

  /** Gives every running row its next token, in the order of the rows. */
  next(draw: (row: number, prompt: number) => { token: number; ends: boolean }): void {
    const slot = this.prompts.length + this.steps;
    const { tokens, positions, mask } = this.inputs;
    this.rows.forEach((state, row) => {
      if (state.runs) {
        const { token, ends } = draw(row, state.prompt);
        tokens[row] = token;
        state.runs = !ends;
      }
      positions[row] = this.promptLengths[state.prompt] + this.steps; // padding is not counted
      mask[row * this.cache.slots + slot] = 1;
    });
    this.steps += 1;
  }

  /** Takes the rows that have ended out of the batch, once they are half of it: copying the cache has its price too. */
  dropEnded(): void {
    const kept = [...this.rows.keys()].filter((row) => this.rows[row].runs);
    if (2 * kept.length > this.rows.length) return;
    const { tokens, positions, mask } = this.inputs;
    const { slots } = this.cache;
    const keptMask = new Float32Array(kept.length * slots);
    kept.forEach((row, i) => {
      keptMask.set(mask.subarray(row * slots, (row + 1) * slots), i * slots);
    });
    const pick = (values: Int32Array) => Int32Array.from(kept, (row) => values[row]);
    this.inputs = { tokens: pick(tokens), positions: pick(positions), mask: keptMask };
    this.cache.keepRows(kept);
    this.rows = kept.map((row) => this.rows[row]);
    this.fast?.dispose();
    this.fast = DecodeStep.open(this.model, this.cache, kept.length);
  }

  dispose(): void {
    this.fast?.dispose();
    this.cache.dispose();
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
