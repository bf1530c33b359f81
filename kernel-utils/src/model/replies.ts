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
  /** Log-probs of the tokens, nats. */
  logps: number[];
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
    const { tokens, logps } = await generate(model, encoded, { ...rest, random });
    chunk.forEach((prompt, row) => {
      const finished = tokens[row].at(-1) === (rest.eosId ?? model.config.eos_token_id);
      replies.push({ prompt, text: tokenizer.decode(tokens[row]), tokens: tokens[row], logps: logps[row], finished });
    });
  }
  return replies;
}
