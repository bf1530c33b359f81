import * as tf from "@tensorflow/tfjs";
import type { PreferenceRecord } from "../data";
import { CourseError } from "../errors";
import type { RewardModel } from "../model";
import { type RewardModelOptions, rewardModel } from "../objectives";
import { Random } from "../tensor";
import type { Tokenizer } from "../text";
import { batchIndices, checkExamples, padRight, splitEvenly } from "./batching";
import type { Microbatch } from "./gradients";
import type { RunOptions } from "./loop";
import { collatePreferences, type PairExamples } from "./preferenceTrainer";
import { PolicyOptimizer } from "./rollouts/policyOptimizer";
import { runUpdates, updateSettings } from "./rollouts/updateLoop";
import type { TrainingRun } from "./run/trainingRun";
import type { LoopOptions } from "./settings";

export interface RewardTrainerOptions extends Omit<LoopOptions, "checkpointLayers">, RewardModelOptions {
  model: RewardModel;
  tokenizer: Tokenizer;
  records: readonly PreferenceRecord[];
  /** Ask the chosen reply to win by the record's margin (Llama 2). Records without one are refused. Default false. */
  useMargins?: boolean;
}

interface MarkedPair extends PairExamples {
  margin?: number;
}

/** Fits a reward model to preferences: the Bradley–Terry likelihood, with margins and centering where asked for. */
export class RewardTrainer {
  private readonly pairs: MarkedPair[];

  constructor(private readonly options: RewardTrainerOptions) {
    const { records, tokenizer, model, useMargins = false } = options;
    this.pairs = records.map((record, index) => ({
      ...collatePreferences(tokenizer, record),
      margin: useMargins ? marginOf(record, index) : undefined,
    }));
    for (const reply of ["chosen", "rejected"] as const) {
      const examples = this.pairs.map((pair) => pair[reply]);
      checkExamples("RewardTrainer", examples, model.body.config.max_position_embeddings);
    }
  }

  async run(runOptions?: RunOptions): Promise<TrainingRun> {
    const { model, tokenizer, records, useMargins = false, centering = 0, ...options } = this.options;
    const method = "RewardTrainer";
    const { steps: updates = 200, batchSize = 32, warmupSteps: warmupUpdates, ...rest } = options;
    const defaults = { learningRate: 1e-3, weightDecay: 0.01 };
    const settings = updateSettings(method, { ...rest, updates, warmupUpdates, promptsPerUpdate: batchSize }, defaults);
    const random = new Random(settings.seed).fork("batches");
    const batches = batchIndices(this.pairs.length, batchSize, random);
    const networks = { policy: { parameters: model.trainable, rate: 1 } };
    const optimizer = new PolicyOptimizer(method, networks, settings.maxGradNorm, settings);
    const update = async (_: number, learningRate: number) => {
      const pairs = batches.next().value.map((index) => this.pairs[index]);
      const parts = splitEvenly(pairs, settings.accumulationSteps).map((part) =>
        microbatch(model, part, { centering }),
      );
      return optimizer.step(parts, learningRate);
    };
    const config = { steps: updates, batchSize, centering, useMargins, records: records.length };
    try {
      return await runUpdates({ method, model: model.body, settings, update, config }, runOptions);
    } finally {
      optimizer.dispose();
    }
  }
}

function marginOf({ margin }: PreferenceRecord, index: number): number {
  if (margin !== undefined && Number.isFinite(margin)) return margin;
  const way = "give every record one, or drop useMargins";
  throw new CourseError("bad-record", `RewardTrainer: record ${index} has margin ${margin}; ${way}`);
}

/** Both replies of all pairs in one forward pass [2B, T]; every pair weighs the same. */
function microbatch(model: RewardModel, pairs: readonly MarkedPair[], options: RewardModelOptions): Microbatch {
  return {
    weight: pairs.length,
    lossOf: () => {
      const examples = [...pairs.map(({ chosen }) => chosen), ...pairs.map(({ rejected }) => rejected)];
      const scores = model.scores(padRight(examples, model.body.config.pad_token_id));
      const [chosenRewards, rejectedRewards] = tf.split<tf.Tensor1D>(scores, 2);
      const given = pairs.flatMap(({ margin }) => (margin === undefined ? [] : [margin]));
      const margins = given.length > 0 ? tf.tensor1d(given) : undefined;
      return rewardModel({ chosenRewards, rejectedRewards, margins }, options);
    },
  };
}
