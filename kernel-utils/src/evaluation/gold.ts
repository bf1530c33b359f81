/** Gold reward of what a model says. */
import { generateReplies, type LanguageModel, type SamplingOptions } from "../model";
import { showAs } from "../notebook/display/rich/showAs";
import type { Tokenizer } from "../text";
import type { FamilyName, GoldReward, World, WorldPrompt } from "../world";
import { goldBrief, goldBundle } from "./show";
import { bootstrapInterval, type Interval, mean } from "./statistics";

export interface SampleOptions extends SamplingOptions {
  /** Starts the sampling and the bootstrap. Default 0. */
  seed?: number | string;
  /** Default 20, the longest reply of the world. */
  maxNewTokens?: number;
  /** Prompts decoded at once. Default 128. */
  batchSize?: number;
}

/** One reply and what it is worth. */
export interface GoldSample {
  readonly prompt: string;
  readonly family: FamilyName;
  readonly reply: string;
  readonly reward: GoldReward;
  /** Tokens sampled, with the end token if there was one. */
  readonly length: number;
}

/** Mean gold reward over prompts, one sampled reply each. */
export interface GoldEvaluation {
  /** Mean of the totals. */
  readonly mean: number;
  /** 95 % bootstrap interval of the mean, over prompts. */
  readonly interval: Interval;
  /** Mean of the total and of each component. */
  readonly components: GoldReward;
  /** Mean total of each family that occurs. */
  readonly families: Readonly<Partial<Record<FamilyName, number>>>;
  /** Mean length in tokens, the end token included. */
  readonly meanLength: number;
  /** In the order of the prompts. */
  readonly samples: readonly GoldSample[];
}

/** Samples one reply to each prompt and scores it. Equal seeds give equal replies. */
export async function evaluateGold(
  model: LanguageModel,
  tokenizer: Tokenizer,
  world: World,
  prompts: readonly (string | WorldPrompt)[],
  options: SampleOptions = {},
): Promise<GoldEvaluation> {
  const texts = prompts.map((prompt) => (typeof prompt === "string" ? prompt : prompt.prompt));
  const replies = await generateReplies(model, tokenizer, texts, options);
  const samples = replies.map(({ text, tokens }, index) => ({
    prompt: texts[index],
    family: world.describe(texts[index]).family,
    reply: text,
    reward: world.goldReward(texts[index], text),
    length: tokens.length,
  }));
  return summarizeGold(samples, options.seed);
}

/** The averages over samples, wherever they came from. */
export function summarizeGold(samples: readonly GoldSample[], seed: number | string = 0): GoldEvaluation {
  const totals = samples.map(({ reward }) => reward.total);
  const families = [...new Set(samples.map(({ family }) => family))];
  const ofFamily = (name: FamilyName): number =>
    mean(samples.filter(({ family }) => family === name).map(({ reward }) => reward.total));
  const ofComponent = (name: keyof GoldReward): number => mean(samples.map(({ reward }) => reward[name]));
  const evaluation: GoldEvaluation = {
    mean: mean(totals),
    interval: bootstrapInterval(totals, { seed }),
    components: {
      total: ofComponent("total"),
      correct: ofComponent("correct"),
      helpful: ofComponent("helpful"),
      harmless: ofComponent("harmless"),
      concise: ofComponent("concise"),
      honest: ofComponent("honest"),
    },
    families: Object.fromEntries(families.map((name) => [name, ofFamily(name)])),
    meanLength: mean(samples.map(({ length }) => length)),
    samples,
  };
  return showAs(evaluation, goldBundle, goldBrief);
}
