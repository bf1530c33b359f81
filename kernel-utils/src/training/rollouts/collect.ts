import { generateReplies, type LanguageModel } from "../../model";
import type { Random } from "../../tensor";
import type { ChatText, Tokenizer } from "../../text";
import { type Example, ignoreIndex } from "../batching";
import { mean } from "../run/series";
import { layReplies, replyLogps, type SampledReply, ungrid } from "./layout";
import { type RewardSource, scoreReplies } from "./rewardSource";

/** One reply that the policy sampled, with all that training asks of it. */
export interface Episode extends SampledReply {
  prompt: ChatText;
  text: string;
  /** False where the token limit cut the reply off. */
  finished: boolean;
  /** log π of each token at the sampling temperature, from the pass that sampled it. */
  logps: number[];
  /** The same under the reference. */
  referenceLogps: number[];
  /** What the reward source says, before any rule or normalisation. */
  score: number;
}

/** An episode as the sequence that was learnt from, for a person to look at where a step is not finite. */
export const exampleOf = ({ promptTokens, tokens, score }: Episode): Example & { score: number } => ({
  tokens: [...promptTokens, ...tokens],
  labels: [...promptTokens.map(() => ignoreIndex), ...tokens],
  score,
});

export interface CollectOptions {
  method: string;
  model: LanguageModel;
  reference: LanguageModel;
  tokenizer: Tokenizer;
  reward: RewardSource;
  maxNewTokens: number;
  temperature: number;
  random: Random;
}

/** Samples a reply to each prompt (name one twice for two), scores it, and asks the reference. Nothing is trained. */
export async function collectEpisodes(prompts: readonly ChatText[], options: CollectOptions): Promise<Episode[]> {
  const { method, model, reference, tokenizer, reward, maxNewTokens, temperature, random } = options;
  const replies = await generateReplies(model, tokenizer, prompts, { maxNewTokens, temperature, random });
  const sampled = replies.map(({ prompt, text, tokens, finished, logps }) => ({
    prompt,
    promptTokens: tokenizer.encodePrompt(prompt),
    tokens,
    text,
    finished,
    logps,
  }));
  const padId = model.config.pad_token_id;
  const referenceLogps = await scoreLogps(reference, sampled, padId, temperature);
  const scores = await scoreReplies(method, reward, sampled, padId);
  return sampled.map((reply, row) => ({ ...reply, referenceLogps: referenceLogps[row], score: scores[row] }));
}

/** log π of each reply token in a forward pass of the whole reply, in batches. */
export async function scoreLogps(
  model: LanguageModel,
  replies: readonly SampledReply[],
  padId: number,
  temperature: number,
  batchSize = 64,
): Promise<number[][]> {
  const rows: number[][] = [];
  for (let start = 0; start < replies.length; start += batchSize) {
    const chunk = replies.slice(start, start + batchSize);
    const layout = layReplies(chunk, padId);
    const tensor = replyLogps(model, layout, temperature);
    const values = await tensor.data().finally(() => tensor.dispose());
    rows.push(
      ...ungrid(
        values,
        layout.shape[1],
        chunk.map(({ tokens }) => tokens.length),
      ),
    );
    await new Promise(setImmediate); // lets an interrupt in
  }
  return rows;
}

/**
 * What to watch in every method that samples. `objective/kl` is the k1 estimate per reply in nats, at the sampling
 * temperature; `objective/entropy` the mean of −log π(reply), an estimate of the entropy of whole replies (TRL's name).
 */
export function episodeMetrics(episodes: readonly Episode[]): Record<string, number> {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    "objective/scores": mean(episodes.map(({ score }) => score)),
    "objective/kl": mean(episodes.map(({ logps, referenceLogps }) => sum(logps) - sum(referenceLogps))),
    "objective/entropy": mean(episodes.map(({ logps }) => -sum(logps))),
    "replies/length": mean(episodes.map(({ tokens }) => tokens.length)),
    "replies/finished": mean(episodes.map(({ finished }) => Number(finished))),
  };
}
