import type { LanguageModel } from "../model";
import { countLabels, type Example, padRight } from "./batching";
import { completionLogps } from "./completionLogps";

/** log π of one example's labels, nats. */
export interface Score {
  sum: number;
  /** Per token. */
  mean: number;
  count: number;
}

/** The log-prob of each example under the model, in batches. Nothing is trained. */
export async function scoreExamples(
  model: LanguageModel,
  examples: readonly Example[],
  { batchSize = 64 }: { batchSize?: number } = {},
): Promise<Score[]> {
  const scores: Score[] = [];
  for (let start = 0; start < examples.length; start += batchSize) {
    const chunk = examples.slice(start, start + batchSize);
    const { perToken, mask, sum } = completionLogps(model, padRight(chunk, model.config.pad_token_id));
    const sums = await sum.data();
    for (const tensor of [perToken, mask, sum]) tensor.dispose();
    chunk.forEach(({ labels }, row) => {
      const count = countLabels(labels);
      scores.push({ sum: sums[row], mean: sums[row] / Math.max(1, count), count });
    });
    await new Promise(setImmediate); // lets an interrupt in
  }
  return scores;
}
