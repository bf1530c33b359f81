import { CourseError } from "../../errors";
import { RewardModel } from "../../model";
import type { ChatText } from "../../text";
import { padRight } from "../batching";
import type { SampledReply } from "./layout";

/** A reward in plain code: what a reply to a prompt is worth. */
export type RewardFunction = (prompt: ChatText, reply: string) => number | Promise<number>;

/** What judges replies: a trained reward model, or a function such as the world's gold reward. */
export type RewardSource = RewardModel | RewardFunction;

export interface JudgedReply extends SampledReply {
  prompt: ChatText;
  text: string;
}

/** The score of each reply. A reward model reads it at the reply's last token, with the prompt before it. */
export async function scoreReplies(
  method: string,
  source: RewardSource,
  replies: readonly JudgedReply[],
  padId: number,
  batchSize = 64,
): Promise<number[]> {
  const scores = source instanceof RewardModel ? await modelScores(source, replies, padId, batchSize) : [];
  if (!(source instanceof RewardModel)) {
    for (const { prompt, text } of replies) scores.push(await source(prompt, text));
  }
  const wrong = scores.findIndex((score) => !Number.isFinite(score));
  if (wrong < 0) return scores;
  const which = `the reward of "${replies[wrong].text}" is ${scores[wrong]}`;
  throw new CourseError("not-finite", `${method}: ${which}; a reward must be a finite number`);
}

async function modelScores(
  model: RewardModel,
  replies: readonly SampledReply[],
  padId: number,
  batchSize: number,
): Promise<number[]> {
  const scores: number[] = [];
  for (let start = 0; start < replies.length; start += batchSize) {
    const rows = replies.slice(start, start + batchSize);
    const examples = rows.map(({ promptTokens, tokens }) => ({ tokens: [...promptTokens, ...tokens], labels: [] }));
    const tensor = model.scores(padRight(examples, padId));
    scores.push(...(await tensor.data().finally(() => tensor.dispose())));
    await new Promise(setImmediate); // lets an interrupt in
  }
  return scores;
}
