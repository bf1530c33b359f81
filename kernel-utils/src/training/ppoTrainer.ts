import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import { createRewardModel, type LanguageModel, RewardModel } from "../model";
import { nextKlCoefficient, ppo, whiten } from "../objectives";
import { Random } from "../tensor";
import { splitEvenly } from "./batching";
import type { Microbatch } from "./gradients";
import type { RunOptions } from "./loop";
import { type Experience, layoutOf, makeExperience } from "./ppoExperience";
import { checkPpoChoices, type PpoDetails, type PpoTrainerOptions, ppoDefaults } from "./ppoOptions";
import { episodeMetrics, exampleOf } from "./rollouts/collect";
import { checkFirstRatio } from "./rollouts/firstRatio";
import { grid, layReplies, replyLogps, replyValues } from "./rollouts/layout";
import { checkRolloutMemory } from "./rollouts/memory";
import { PolicyOptimizer } from "./rollouts/policyOptimizer";
import { kindOf, Sampler, type SamplerState } from "./rollouts/sampling";
import { ScoreNormalizer, type ScoreNormalizerState } from "./rollouts/scoreNormalizer";
import { averageMetrics, runUpdates, type UpdateSettings, updateSettings } from "./rollouts/updateLoop";
import type { TrainingRun } from "./run/trainingRun";
import { definedOnly } from "./settings";

const method = "PpoTrainer";

/**
 * Proximal policy optimisation with four models: the policy, its frozen reference, a reward, and a critic. A round samples
 * replies, scores them, turns scores and KL into advantages of tokens, and goes over them in minibatches for some epochs.
 * Without dropout: the policy that learns must be the one that sampled.
 */
export class PpoTrainer {
  constructor(private readonly options: PpoTrainerOptions) {
    checkPpoChoices(options);
  }

  async run(runOptions?: RunOptions): Promise<TrainingRun> {
    const { model, tokenizer, prompts, heldOut, reward, reference, critic: given, ...details } = this.options;
    const settings: PpoSettings = {
      ...ppoDefaults,
      ...definedOnly(details),
      ...updateSettings(method, details, ppoDefaults),
    };
    checkRolloutMemory(method, this.options, settings, { critic: given ?? "made" });
    const sampler = new Sampler(method, this.options, settings);
    const critic = given ?? startCritic(this.options, settings);
    const networks = {
      policy: { parameters: model.trainable, rate: 1 },
      critic: { parameters: critic.trainable, rate: settings.criticRate },
    };
    const optimizer = new PolicyOptimizer(method, networks, settings.maxGradNorm, settings);
    const normalizer = new ScoreNormalizer(method, settings.scoreNormalization, settings.scoreClip);
    let klCoefficient = settings.klCoefficient;

    const resumable = {
      state: (): PpoState => ({ sampler: sampler.state(), normalizer: normalizer.state(), klCoefficient }),
      restore: (state: PpoState) => {
        sampler.restore(state.sampler);
        normalizer.restore(state.normalizer);
        ({ klCoefficient } = state);
      },
    };

    const update = async (_: number, learningRate: number) => {
      const episodes = await sampler.collect();
      const scores = normalizer.apply(episodes.map(({ score }) => score));
      const round = { ...settings, klCoefficient };
      const { experience, metrics } = await makeExperience(episodes, scores, { model, critic }, round);
      const steps: Record<string, number>[] = [];
      for (let epoch = 0; epoch < settings.epochs; epoch++) {
        for (const rows of splitEvenly(sampler.shuffle(experience), settings.minibatches)) {
          const parts = await minibatch(model, critic, rows, settings);
          steps.push(await optimizer.step(parts, learningRate));
          if (steps.length === 1) checkFirstRatio(method, steps[0]);
        }
      }
      const observed = episodeMetrics(episodes);
      const used = klCoefficient;
      if (settings.adaptiveKl) {
        const controller = { ...settings.adaptiveKl, steps: episodes.length };
        klCoefficient = nextKlCoefficient(klCoefficient, observed["objective/kl"], controller);
      }
      // objective/scores stays the reward source's own; what the loss saw is in objective/rlhf_reward.
      return { ...averageMetrics(steps), ...metrics, ...observed, "objective/kl_coef": used };
    };

    try {
      const config = { ...settings, prompts: prompts.length, heldOut: heldOut?.length, reward: kindOf(reward) };
      const described = sampler.described(given);
      return await runUpdates(
        { method, model, settings, optimizer, update, config, resumable, ...described },
        runOptions,
      );
    } finally {
      optimizer.dispose();
      sampler.dispose();
      if (!given) critic.dispose();
    }
  }
}

/** What a run of PPO remembers between updates, beside weights and moments. */
interface PpoState {
  sampler: SamplerState;
  normalizer: ScoreNormalizerState;
  klCoefficient: number;
}

/** The details with every default filled in. */
type PpoSettings = UpdateSettings &
  Omit<PpoDetails, keyof UpdateSettings> &
  Required<Pick<PpoDetails, keyof typeof ppoDefaults>>;

function startCritic(
  { model, reward }: PpoTrainerOptions,
  { criticStart, seed }: { criticStart: string; seed: number },
) {
  if (criticStart !== "reward-model") {
    return createRewardModel(model, new Random(`${seed}`).fork("critic"), {
      ...(criticStart === "zero-head" && { headStd: 0 }),
    });
  }
  if (reward instanceof RewardModel) return reward.clone();
  throw new CourseError(
    "bad-value",
    `${method}: criticStart is "reward-model" but the reward is a function; give a critic, or take "zero-head"`,
  );
}

/**
 * The parts of one optimizer step. Both losses are means over their own tokens of the whole minibatch: a part weighs by
 * its policy tokens, and its value loss is scaled where it holds another share of the critic's positions.
 */
async function minibatch(
  model: LanguageModel,
  critic: RewardModel,
  rows: readonly Experience[],
  settings: PpoSettings,
): Promise<Microbatch[]> {
  const tokens = (part: readonly Experience[]): number => part.reduce((sum, row) => sum + row.tokens.length, 0);
  const values = (part: readonly Experience[]): number => part.reduce((sum, row) => sum + row.values.length, 0);
  const scaled = settings.whitenAdvantages === "minibatch" ? await whitenRows(rows, settings.ddof) : rows;
  return splitEvenly(scaled, settings.accumulationSteps).map((part) => {
    const share = (values(part) * tokens(rows)) / (values(rows) * tokens(part));
    return {
      weight: tokens(part),
      examples: part.map(exampleOf),
      lossOf: () => ppoLoss(model, critic, part, settings, share),
    };
  });
}

function ppoLoss(
  model: LanguageModel,
  critic: RewardModel,
  rows: readonly Experience[],
  settings: PpoSettings,
  valueShare: number,
) {
  const layout = layReplies(rows, model.config.pad_token_id, layoutOf(settings));
  const perToken = (of: (row: Experience) => number[]) => grid(rows.map(of), layout.shape[1]);
  const { loss, policyLoss, valueLoss, metrics } = ppo(
    {
      logps: replyLogps(model, layout, settings.temperature),
      oldLogps: perToken((row) => row.oldLogps),
      advantages: perToken((row) => row.advantages),
      mask: tf.tensor2d(layout.mask, layout.shape),
      values: replyValues(critic, layout),
      oldValues: perToken((row) => row.values),
      returns: perToken((row) => row.returns),
      valueMask: tf.tensor2d(layout.valueMask, layout.shape),
    },
    { ...settings, valueCoefficient: settings.valueCoefficient * valueShare },
  );
  return { loss, metrics: { ...metrics, "loss/policy": policyLoss, "loss/value": tf.mul(valueLoss, valueShare) } };
}

/** The rows with the advantages of all their tokens whitened together. */
async function whitenRows(rows: readonly Experience[], ddof: 0 | 1): Promise<Experience[]> {
  const flat = rows.flatMap(({ advantages }) => advantages);
  const tensor = tf.tidy(() => whiten({ values: tf.tensor2d(flat, [1, flat.length]) }, { ddof }).whitened);
  const whitened = await tensor.data().finally(() => tensor.dispose());
  let start = 0;
  return rows.map((row) => {
    const advantages = [...whitened.slice(start, start + row.advantages.length)];
    start += advantages.length;
    return { ...row, advantages };
  });
}
