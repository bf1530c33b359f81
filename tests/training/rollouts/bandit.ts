import { createModel, type LanguageModel } from "../../../kernel-utils/src/model";
import { Random } from "../../../kernel-utils/src/tensor";
import { Tokenizer } from "../../../kernel-utils/src/text";
import { SftTrainer } from "../../../kernel-utils/src/training";
import { tinyConfig } from "../../model/tinyModel";

/** Four prompts of one letter; a reply is any string of at most three letters, and only its first letter is worth anything. */
export const letters = ["a", "b", "c", "d"];
export const tokenizer = Tokenizer.fromWords(letters);

/**
 * What the first letter is worth: a 0, b 1/3, c 2/3, d 1. Guessing among letters earns 1/2, the best policy 1. The prompt
 * does not matter: a reward of matching it has plateaus, one letter for all prompts, in which some seeds stay.
 */
export const letterReward = (_: unknown, reply: string): number => Math.max(0, letters.indexOf(reply[0])) / 3;

export const freshModel = (seed: number | string = 0): LanguageModel =>
  createModel(
    tinyConfig({ vocab_size: tokenizer.vocabularySize, hidden_size: 16, intermediate_size: 32, head_dim: 8 }),
    new Random(seed),
  );

/** A model that knows the format, one letter and the end, and prefers no letter. */
export async function formatModel(seed = 0): Promise<LanguageModel> {
  const model = freshModel(seed);
  const records = letters.flatMap((prompt) => letters.map((completion) => ({ prompt, completion })));
  await new SftTrainer({ model, tokenizer, records, steps: 60, batchSize: 16, learningRate: 5e-3, seed }).run();
  return model;
}

export const weightsOf = (model: LanguageModel): number[][] =>
  [...model.parameters.values()].map((weight) => [...weight.dataSync()]);
