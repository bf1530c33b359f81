import { generate, type LanguageModel } from "../../../kernel-utils/src/model";

/** On TinyStories, nats a token: github.com/karpathy/llama2.c, doc/stories260K.md. */
export const validationLoss = 1.2968;

export interface OwnStories {
  /** −log p a token over all stories, nats. */
  mean: number;
  /** Standard error of the mean, stories taken as independent. */
  standardError: number;
  tokens: number[][];
  logps: number[][];
}

/**
 * Samples stories from the model at temperature 1. The mean of −log p(y) over its own samples is the entropy of the
 * model, and that is its loss on text of its kind as far as the model is calibrated: the cross-entropy of the data is the
 * entropy of the data plus KL(data ‖ model), and training brings model and data together. No corpus is needed, and a
 * mistake in the computation shows: a model that computes something else does not speak with the certainty it learnt.
 */
export async function ownStories(
  model: LanguageModel,
  { stories, maxNewTokens, seed = 7 }: { stories: number; maxNewTokens: number; seed?: number },
): Promise<OwnStories> {
  const starts = Array.from({ length: stories }, () => [1]);
  const { tokens, logps } = await generate(model, starts, { temperature: 1, maxNewTokens, eosId: 1, seed });
  const sums = logps.map((row) => -row.reduce((a, b) => a + b, 0));
  const count = tokens.flat().length;
  const mean = sums.reduce((a, b) => a + b, 0) / count;
  // A ratio of two sums over stories: the error of its linear form.
  const residuals = sums.map((sum, index) => sum - mean * tokens[index].length);
  const standardError = Math.sqrt(residuals.reduce((a, b) => a + b * b, 0)) / count;
  return { mean, standardError, tokens, logps };
}
