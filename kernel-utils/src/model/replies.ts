import { Random } from "../tensor";
import type { ChatText, Tokenizer } from "../text";
import { type GenerateOptions, generate } from "./generate";
import type { LanguageModel } from "./languageModel";

export interface RepliesOptions extends GenerateOptions {
  /** Prompts decoded at once. Default 128. */
  batchSize?: number;
}

export interface Reply {
  prompt: ChatText;
  text: string;
  tokens: number[];
  /** Log-probs of the tokens, nats; the three kinds are told apart in `SampledToken`. */
  logps: number[];
  modelLogps: number[];
  samplingLogps: number[];
  /** False where the token limit cut the reply off. */
  finished: boolean;
}

/** The model's replies to prompts given as text, in order. */
export async function generateReplies(
  model: LanguageModel,
  tokenizer: Tokenizer,
  prompts: readonly ChatText[],
  options: RepliesOptions = {},
): Promise<Reply[]> {
  const { batchSize = 128, seed = 0, random = new Random(seed), ...rest } = options;
  const replies: Reply[] = [];
  for (let start = 0; start < prompts.length; start += batchSize) {
    const chunk = prompts.slice(start, start + batchSize);
    const encoded = chunk.map((prompt) => tokenizer.encodePrompt(prompt));
    const generated = await generate(model, encoded, { ...rest, random });
    chunk.forEach((prompt, row) => {
      const tokens = generated.tokens[row];
      const finished = tokens.at(-1) === (rest.eosId ?? model.config.eos_token_id);
      const { logps, modelLogps, samplingLogps } = generated;
      const kinds = { logps: logps[row], modelLogps: modelLogps[row], samplingLogps: samplingLogps[row] };
      replies.push({ prompt, text: tokenizer.decode(tokens), tokens, ...kinds, finished });
    });
  }
  return replies;
}
