import { createModel, type LanguageModel } from "../../../kernel-utils/src/model";
import { Random } from "../../../kernel-utils/src/tensor";
import { Tokenizer } from "../../../kernel-utils/src/text";
import { SftTrainer } from "../../../kernel-utils/src/training";
import { tinyConfig } from "../../model/tinyModel";

/** Four prompts of one letter; a reply is any string of at most three letters, and only its first letter is worth anything. */
export const letters = ["a", "b", "c", "d"];
export const tokenizer = Tokenizer.fromWords(letters);

/** 1 for naming the prompt's letter first, else 0: guessing among letters earns 1/4. */
export const echoReward = (prompt: unknown, reply: string): number => Number(reply.startsWith(String(prompt)));

export const freshModel = (seed: number | string = 0): LanguageModel =>
  createModel(
    tinyConfig({ vocab_size: tokenizer.vocabularySize, hidden_size: 16, intermediate_size: 32, head_dim: 8 }),
    new Random(seed),
  );

/** A model that knows the format, one letter and the end, and prefers no letter. */
export async function formatModel(seed = 0): Promise<LanguageModel> {
  const model = freshModel(seed);
  const records = letters.flatMap((prompt) => letters.map((completion) => ({ prompt, completion })));
  await new SftTrainer({ model, tokenizer, records, steps: 30, batchSize: 16, learningRate: 2e-2, seed }).run();
  return model;
}

export const weightsOf = (model: LanguageModel): number[][] =>
  [...model.parameters.values()].map((weight) => [...weight.dataSync()]);
