/** How far a policy has moved from its reference, measured on its own replies. */
import { generateReplies, type LanguageModel } from "../model";
import { showAs } from "../notebook/display/rich/showAs";
import type { Tokenizer } from "../text";
import { scoreExamples } from "../training";
import type { SampleOptions } from "./gold";
import { klBrief, klBundle } from "./show";
import { bootstrapInterval, type Interval, mean } from "./statistics";

/** An estimate of KL(π ‖ π_ref) in nats per reply. */
export interface KlEstimate {
  readonly mean: number;
  /** 95 % bootstrap interval of the mean, over prompts. */
  readonly interval: Interval;
  /** log π(y|x) − log π_ref(y|x) of each sampled reply y. */
  readonly logRatios: readonly number[];
  /** Mean length of the replies in tokens, the end token included. */
  readonly meanLength: number;
}

/**
 * KL(π ‖ π_ref) = E_{y ~ π} [log π(y|x) − log π_ref(y|x)], by one reply a prompt: unbiased, and single replies may be
 * negative (the k1 estimator, Schulman 2020, "Approximating KL divergence"). Unbiased only for samples of π itself,
 * so there is no temperature or top-k here. A reply cut off at `maxNewTokens` counts with the tokens it has.
 */
export async function sampleKl(
  policy: LanguageModel,
  reference: LanguageModel,
  tokenizer: Tokenizer,
  prompts: readonly (string | { readonly prompt: string })[],
  { seed = 0, maxNewTokens = 20, batchSize }: Pick<SampleOptions, "seed" | "maxNewTokens" | "batchSize"> = {},
): Promise<KlEstimate> {
  const texts = prompts.map((prompt) => (typeof prompt === "string" ? prompt : prompt.prompt));
  const replies = await generateReplies(policy, tokenizer, texts, { seed, maxNewTokens, batchSize, temperature: 1 });
  const examples = replies.map(({ tokens }, index) => {
    const promptTokens = tokenizer.encodePrompt(texts[index]);
    return { tokens: [...promptTokens, ...tokens], labels: [...promptTokens.map(() => -100), ...tokens] };
  });
  const ours = await scoreExamples(policy, examples);
  const theirs = await scoreExamples(reference, examples);
  const logRatios = ours.map(({ sum }, index) => sum - theirs[index].sum);
  const estimate: KlEstimate = {
    mean: mean(logRatios),
    interval: bootstrapInterval(logRatios, { seed }),
    logRatios,
    meanLength: mean(replies.map(({ tokens }) => tokens.length)),
  };
  return showAs(estimate, klBundle, klBrief);
}
