import * as tf from "@tensorflow/tfjs";
import type { LanguageModel } from "../model";
import { type DpoOptions, onlineDpo, type PpoRewardsOptions, repliesScores } from "../objectives";
import { splitEvenly } from "./batching";
import type { Microbatch } from "./gradients";
import type { RunOptions } from "./loop";
import { type Episode, episodeMetrics, exampleOf, scoreLogps } from "./rollouts/collect";
import { layReplies, replyLogps } from "./rollouts/layout";
import { checkRolloutMemory } from "./rollouts/memory";
import { PolicyOptimizer } from "./rollouts/policyOptimizer";
import { kindOf, Sampler, type SamplerInputs } from "./rollouts/sampling";
import { runUpdates, type UpdateOptions, updateSettings } from "./rollouts/updateLoop";
import type { TrainingRun } from "./run/trainingRun";
import { definedOnly } from "./settings";

export interface OnlineDpoTrainerOptions
  extends SamplerInputs,
    Omit<UpdateOptions, "epochs" | "minibatches">,
    Pick<DpoOptions, "beta" | "variant" | "labelSmoothing">,
    Pick<PpoRewardsOptions, "missingEos" | "missingEosPenalty"> {}

const onlineDpoDefaults = {
  beta: 0.1,
  variant: "sigmoid",
  labelSmoothing: 0,
  missingEos: "none",
  missingEosPenalty: 1,
} as const;

/** Two replies to one prompt; `score` is what the rule for missing ends made of it. */
interface Pair {
  first: Episode;
  second: Episode;
}

/**
 * DPO on the policy's own replies: two to a prompt, of which the reward says which is chosen. Guo et al. 2024,
 * arXiv:2402.04792. One optimizer step a round, so that every pair comes from the policy that learns from it. Replies are
 * sampled at `temperature`; the loss is about the policy itself, at 1.
 */
export class OnlineDpoTrainer {
  constructor(private readonly options: OnlineDpoTrainerOptions) {}

  async run(runOptions?: RunOptions): Promise<TrainingRun> {
    const { model, tokenizer, prompts, heldOut, reward, reference, ...options } = this.options;
    const method = "OnlineDpoTrainer";
    const settings = { ...onlineDpoDefaults, ...definedOnly(options), ...updateSettings(method, options) };
    checkRolloutMemory(method, this.options, settings, { samples: 2 });
    const sampler = new Sampler(method, this.options, settings);
    const networks = { policy: { parameters: model.trainable, rate: 1 } };
    const optimizer = new PolicyOptimizer(method, networks, settings.maxGradNorm, settings);
    const update = async (_: number, learningRate: number) => {
      const episodes = await sampler.collect(2);
      const pairs = await rankable(await atTemperatureOne(sampler.reference, episodes, settings.temperature), settings);
      const parts = splitEvenly(pairs, settings.accumulationSteps).map((part) => microbatch(model, part, settings));
      const step = await optimizer.step(parts, learningRate);
      const ties = pairs.filter(({ first, second }) => first.score === second.score).length / pairs.length;
      return { ...step, ...episodeMetrics(episodes), "replies/ties": ties };
    };
    try {
      const config = { ...settings, prompts: prompts.length, heldOut: heldOut?.length, reward: kindOf(reward) };
      const plan = { method, model, settings, optimizer, update, config, resumable: sampler, ...sampler.described() };
      return await runUpdates(plan, runOptions);
    } finally {
      optimizer.dispose();
      sampler.dispose();
    }
  }
}

/** The reference's log-probs as DPO means them; those of the rollout are at the sampling temperature. */
async function atTemperatureOne(
  reference: LanguageModel,
  episodes: readonly Episode[],
  temperature: number,
): Promise<Episode[]> {
  if (temperature === 1) return [...episodes];
  const logps = await scoreLogps(reference, episodes, reference.config.pad_token_id, 1);
  return episodes.map((episode, row) => ({ ...episode, referenceLogps: logps[row] }));
}

async function rankable(
  episodes: readonly Episode[],
  options: Pick<OnlineDpoTrainerOptions, "missingEos" | "missingEosPenalty">,
): Promise<Pair[]> {
  const containsEos = episodes.map(({ finished }) => finished);
  const tensor = tf.tidy(() =>
    repliesScores({ scores: tf.tensor1d(episodes.map(({ score }) => score)), containsEos }, options).clone(),
  );
  const scores = await tensor.data().finally(() => tensor.dispose());
  const ruled = episodes.map((episode, row) => ({ ...episode, score: scores[row] }));
  return Array.from({ length: ruled.length / 2 }, (_, i) => ({ first: ruled[2 * i], second: ruled[2 * i + 1] }));
}

function microbatch(model: LanguageModel, pairs: readonly Pair[], options: DpoOptions): Microbatch {
  const firsts = pairs.map(({ first }) => first);
  const seconds = pairs.map(({ second }) => second);
  const scores = (rows: readonly Episode[]) => tf.tensor1d(rows.map(({ score }) => score));
  const referenceSums = (rows: readonly Episode[]) =>
    tf.tensor1d(rows.map(({ referenceLogps }) => referenceLogps.reduce((sum, logp) => sum + logp, 0)));
  return {
    weight: pairs.length,
    examples: [...firsts, ...seconds].map(exampleOf),
    lossOf: () => {
      const layout = layReplies([...firsts, ...seconds], model.config.pad_token_id);
      const [policyFirstLogps, policySecondLogps] = tf.split(tf.sum(replyLogps(model, layout), 1), 2);
      return onlineDpo(
        {
          firstRewards: scores(firsts),
          secondRewards: scores(seconds),
          policyFirstLogps,
          policySecondLogps,
          referenceFirstLogps: referenceSums(firsts),
          referenceSecondLogps: referenceSums(seconds),
        },
        options,
      );
    },
  };
}
