import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import type { LanguageModel } from "../model";
import {
  type GrpoOptions,
  groupAdvantages,
  groupLoss,
  type PpoRewardsOptions,
  repliesScores,
  rloo,
} from "../objectives";
import { splitEvenly } from "./batching";
import type { Microbatch } from "./gradients";
import type { RunOptions } from "./loop";
import { checkedChoice } from "./rollouts/checkedChoice";
import { type Episode, episodeMetrics, exampleOf, scoreLogps } from "./rollouts/collect";
import { checkFirstRatio } from "./rollouts/firstRatio";
import { grid, layReplies, replyLogps } from "./rollouts/layout";
import { checkRolloutMemory } from "./rollouts/memory";
import { PolicyOptimizer } from "./rollouts/policyOptimizer";
import { kindOf, Sampler, type SamplerInputs } from "./rollouts/sampling";
import { averageMetrics, runUpdates, type UpdateOptions, updateSettings } from "./rollouts/updateLoop";
import type { TrainingRun } from "./run/trainingRun";
import { definedOnly } from "./settings";

/** `rloo`: the mean of the siblings is the baseline, and the KL is in the reward. `grpo`: the group's, and in the loss. */
export const groupMethods = ["grpo", "rloo"] as const;

export interface GroupTrainerOptions
  extends SamplerInputs,
    UpdateOptions,
    GrpoOptions,
    Pick<PpoRewardsOptions, "missingEos" | "missingEosPenalty"> {
  /** Default `grpo`; spread one of `grpoSettings` into the options for the paper's, DAPO's or Dr. GRPO's. */
  method?: (typeof groupMethods)[number];
  /** G, the replies to each prompt, at least 2. Default 4. */
  samplesPerPrompt?: number;
  /** Leave out groups whose replies all score the same: they teach nothing (DAPO, section 3.2). Default false. */
  skipEqualGroups?: boolean;
  /** Log-probs of the sampling policy: of its own pass, or of a second forward pass. Default `sampling`. */
  oldLogps?: "sampling" | "recomputed";
}

const groupDefaults = {
  method: "grpo",
  samplesPerPrompt: 4,
  promptsPerUpdate: 16,
  skipEqualGroups: false,
  missingEos: "none",
  missingEosPenalty: 1,
  oldLogps: "sampling",
} as const satisfies Partial<GroupTrainerOptions>;

/** RLOO's loss is a sum over each reply's tokens; the constant it is divided by only changes the gradient's length. */
const rlooDefaults = { beta: 0.05, aggregation: "fixed-length" } as const;

type GroupSettings = ReturnType<typeof settingsOf>;

/** An episode with the advantage that all its tokens share. */
interface Sample extends Episode {
  advantage: number;
  oldLogps: number[];
}

/** Reinforcement learning without a critic: several replies to a prompt are each other's baseline (GRPO, RLOO and kin). */
export class GroupTrainer {
  constructor(private readonly options: GroupTrainerOptions) {
    const { method = "grpo", samplesPerPrompt = 4 } = options;
    checkedChoice("GroupTrainer", "method", method, groupMethods);
    if (Number.isInteger(samplesPerPrompt) && samplesPerPrompt >= 2) return;
    throw new CourseError(
      "bad-value",
      `GroupTrainer: samplesPerPrompt is ${samplesPerPrompt}; a reply alone has no group to be compared with: take 2 or more`,
    );
  }

  async run(runOptions?: RunOptions): Promise<TrainingRun> {
    const { model } = this.options;
    const settings = settingsOf(this.options);
    checkRolloutMemory("GroupTrainer", this.options, settings, { samples: settings.samplesPerPrompt });
    const sampler = new Sampler("GroupTrainer", this.options, settings);
    const networks = { policy: { parameters: model.trainable, rate: 1 } };
    const optimizer = new PolicyOptimizer("GroupTrainer", networks, settings.maxGradNorm, settings);
    const update = async (_: number, learningRate: number) => {
      const episodes = await sampler.collect(settings.samplesPerPrompt);
      const { samples, equalGroups } = await judge(model, episodes, settings);
      const steps: Record<string, number>[] = [];
      for (let epoch = 0; epoch < settings.epochs && samples.length > 0; epoch++) {
        for (const rows of splitEvenly(sampler.shuffle(samples), settings.minibatches)) {
          steps.push(await optimizer.step(minibatch(model, rows, settings), learningRate));
          if (steps.length === 1) checkFirstRatio("GroupTrainer", steps[0]);
        }
      }
      // Every group equal and left out: nothing was learnt, and nothing went wrong.
      const learnt = steps.length > 0 ? averageMetrics(steps) : { loss: 0, grad_norm: 0 };
      return { ...learnt, ...episodeMetrics(episodes), "replies/equal_groups": equalGroups };
    };
    try {
      const { prompts, heldOut, reward } = this.options;
      const config = { ...settings, prompts: prompts.length, heldOut: heldOut?.length, reward: kindOf(reward) };
      const method = "GroupTrainer";
      const plan = { method, model, settings, optimizer, update, config, resumable: sampler, ...sampler.described() };
      return await runUpdates(plan, runOptions);
    } finally {
      optimizer.dispose();
      sampler.dispose();
    }
  }
}

function settingsOf({ model, tokenizer, prompts, heldOut, reward, reference, ...options }: GroupTrainerOptions) {
  const own = options.method === "rloo" ? { ...groupDefaults, ...rlooDefaults } : groupDefaults;
  const given: Omit<GroupTrainerOptions, keyof SamplerInputs> = definedOnly(options);
  const settings = { ...own, ...given, ...updateSettings("GroupTrainer", options, own) };
  return { ...settings, maxLength: given.maxLength ?? settings.maxNewTokens };
}

/** Advantages within each group. Rows of a group are neighbours in `episodes`. */
async function judge(model: LanguageModel, episodes: readonly Episode[], settings: GroupSettings) {
  const { samplesPerPrompt: G, beta = 0, temperature } = settings;
  const shape: [number, number] = [episodes.length / G, G];
  const tensors = tf.tidy(() => {
    const containsEos = episodes.map(({ finished }) => finished);
    const scores = repliesScores({ scores: tf.tensor1d(episodes.map(({ score }) => score)), containsEos }, settings);
    const rewards = tf.reshape(scores, shape);
    const logRatios = episodes.map(({ logps, referenceLogps }) =>
      logps.reduce((sum, logp, t) => sum + logp - referenceLogps[t], 0),
    );
    const sequenceKl = tf.tensor2d(logRatios, shape);
    const advantages =
      settings.method === "rloo"
        ? rloo({ rewards, sequenceKl }, { beta }).advantages
        : groupAdvantages(rewards, settings);
    const spread = tf.sub(tf.max(rewards, 1), tf.min(rewards, 1));
    return { advantages: advantages as tf.Tensor2D, spread: spread as tf.Tensor1D };
  });
  const advantages = await tensors.advantages.data();
  const spread = await tensors.spread.data();
  tf.dispose(tensors);
  const padId = model.config.pad_token_id;
  const oldLogps =
    settings.oldLogps === "recomputed" ? await scoreLogps(model, episodes, padId, temperature) : undefined;
  const samples: Sample[] = episodes
    .map((episode, row) => ({
      ...episode,
      advantage: advantages[row],
      oldLogps: oldLogps?.[row] ?? episode.logps,
    }))
    .filter((_, row) => !settings.skipEqualGroups || spread[Math.floor(row / G)] > 0);
  return { samples, equalGroups: spread.filter((width) => width === 0).length / spread.length };
}

/** A token mean weighs a part by its tokens, a mean over replies by its replies. */
function minibatch(model: LanguageModel, rows: readonly Sample[], settings: GroupSettings): Microbatch[] {
  return splitEvenly(rows, settings.accumulationSteps).map((part) => ({
    weight: settings.aggregation === "token-mean" ? part.reduce((sum, row) => sum + row.tokens.length, 0) : part.length,
    examples: part.map(exampleOf),
    lossOf: () => {
      const layout = layReplies(part, model.config.pad_token_id);
      const perToken = (of: (row: Sample) => number[]) => grid(part.map(of), layout.shape[1]);
      return groupLoss(
        {
          logps: replyLogps(model, layout, settings.temperature),
          oldLogps: perToken((row) => row.oldLogps),
          referenceLogps: perToken((row) => row.referenceLogps),
          mask: tf.tensor2d(layout.mask, layout.shape),
          advantages: tf.tensor1d(part.map(({ advantage }) => advantage)),
        },
        // RLOO's KL is in the reward already.
        { ...settings, beta: settings.method === "rloo" ? 0 : settings.beta },
      );
    },
  }));
}
