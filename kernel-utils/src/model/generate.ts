import { CourseError } from "../errors";
import { Random } from "../tensor";
import type { StepLogits } from "./decodeStep";
import { Decoding } from "./decoding";
import type { LanguageModel } from "./languageModel";
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
  /** Called after each token of the batch, with how many rows go on. */
  onStep?: (report: { step: number; running: number }) => void;
}

export interface Generated {
  /** New tokens of each prompt, up to and with the end token. */
  tokens: number[][];
  /** Log-probs of those tokens at the sampling temperature, nats; see `SampledToken` for this and the next two. */
  logps: number[][];
  /** The same under the model itself, at temperature 1: what scoring the finished reply gives. */
  modelLogps: number[][];
  /** The same with top-k and top-p: the probability with which each token really was drawn. */
  samplingLogps: number[][];
}

/**
 * Continues a batch of prompts, one token a step, with a key/value cache. A row that has ended is drawn from no more, and
 * once half of the rows in the batch have ended they leave it; the others' results do not change with that.
 */
export async function generate(
  model: LanguageModel,
  prompts: readonly (readonly number[])[],
  options: GenerateOptions = {},
): Promise<Generated> {
  const { maxNewTokens = 20, eosId = model.config.eos_token_id, padId = model.config.pad_token_id, onStep } = options;
  checkSampling(options);
  checkPrompts(model, prompts, maxNewTokens);
  const lists = (): number[][] => prompts.map(() => []);
  const result: Generated = { tokens: lists(), logps: lists(), modelLogps: lists(), samplingLogps: lists() };
  if (prompts.length === 0 || maxNewTokens === 0) return result;

  const drawing = { ...options, eosId, random: options.random ?? new Random(options.seed ?? 0) };
  const scratch = new Float64Array(model.config.vocab_size);
  const decoding = new Decoding(model, prompts, maxNewTokens, padId);
  try {
    for (let step = 1; step <= maxNewTokens; step++) {
      sampleRows(await decoding.logits(), decoding, result, drawing, scratch);
      onStep?.({ step, running: decoding.running });
      if (decoding.running === 0) break;
      decoding.dropEnded();
      await new Promise(setImmediate); // lets an interrupt in
    }
  } finally {
    decoding.dispose();
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

/** Draws each running row's next token and stops the rows that end; stopped rows read the end token again, unseen. */
function sampleRows(
  { values, logSums }: StepLogits,
  decoding: Decoding,
  result: Generated,
  options: SamplingOptions & { random: Random; eosId: number },
  scratch: Float64Array,
): void {
  const vocabularySize = scratch.length;
  decoding.next((row, prompt) => {
    const rowLogits = values.subarray(row * vocabularySize, (row + 1) * vocabularySize);
    const drawn = sampleToken(rowLogits, options, options.random, scratch, logSums?.[row]);
    result.tokens[prompt].push(drawn.token);
    result.logps[prompt].push(drawn.logp);
    result.modelLogps[prompt].push(drawn.modelLogp);
    result.samplingLogps[prompt].push(drawn.samplingLogp);
    return { token: drawn.token, ends: drawn.token === options.eosId };
  });
}
