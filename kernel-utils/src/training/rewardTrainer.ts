import * as tf from "@tensorflow/tfjs";
import type { PreferenceRecord } from "../data";
import { CourseError } from "../errors";
import type { RewardModel } from "../model";
import { type RewardModelOptions, rewardModel } from "../objectives";
import { Random } from "../tensor";
import type { Tokenizer } from "../text";
import { BatchOrder, checkExamples, padRight, splitEvenly } from "./batching";
import type { Microbatch } from "./gradients";
import { type RunOptions, runLoop } from "./loop";
import { checkTrainingMemory } from "./memoryCheck";
import { collatePreferences, type PairExamples } from "./preferenceTrainer";
import { hashExamples, hashJson } from "./run/hashes";
import type { TrainingRun } from "./run/trainingRun";
import type { LoopOptions } from "./settings";

export interface RewardTrainerOptions extends LoopOptions, RewardModelOptions {
  model: RewardModel;
  tokenizer: Tokenizer;
  records: readonly PreferenceRecord[];
  /** Ask the chosen reply to win by the record's margin (Llama 2). Records without one are refused. Default false. */
  useMargins?: boolean;
}

const method = "RewardTrainer";

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
      checkExamples(method, examples, model.body.config.max_position_embeddings);
    }
  }

  async run(runOptions?: RunOptions): Promise<TrainingRun> {
    const { model, tokenizer, records, useMargins = false, centering = 0, ...options } = this.options;
    const examples = [...this.pairs.map(({ chosen }) => chosen), ...this.pairs.map(({ rejected }) => rejected)];
    checkTrainingMemory(method, model.body, examples, options, 2);
    const random = new Random(options.seed ?? 0).fork("batches");
    const order = new BatchOrder(this.pairs.length, options.batchSize ?? 32, random);
    const plan = {
      method,
      model: model.body,
      rewardModel: model,
      microbatches: () => {
        const pairs = order.next().map((index) => this.pairs[index]);
        return splitEvenly(pairs, options.accumulationSteps ?? 1).map((part) => microbatch(model, part, { centering }));
      },
      options: { learningRate: 1e-3, ...options },
      config: { centering, useMargins, records: records.length },
      resumable: order,
      dataHash: () => `${hashExamples(examples)}${useMargins ? hashJson(this.pairs.map(({ margin }) => margin)) : ""}`,
      decode: (tokens: readonly number[]) => tokenizer.decode(tokens, { special: true }),
    };
    return runLoop(plan, runOptions);
  }
}

function marginOf({ margin }: PreferenceRecord, index: number): number {
  if (margin !== undefined && Number.isFinite(margin)) return margin;
  const way = "give every record one, or drop useMargins";
  throw new CourseError("bad-record", `${method}: record ${index} has margin ${margin}; ${way}`);
}

/** Both replies of all pairs in one forward pass [2B, T]; every pair weighs the same. */
function microbatch(model: RewardModel, pairs: readonly MarkedPair[], options: RewardModelOptions): Microbatch {
  const examples = [...pairs.map(({ chosen }) => chosen), ...pairs.map(({ rejected }) => rejected)];
  return {
    weight: pairs.length,
    examples,
    lossOf: () => {
      const scores = model.scores(padRight(examples, model.body.config.pad_token_id));
      const [chosenRewards, rejectedRewards] = tf.split<tf.Tensor1D>(scores, 2);
      const given = pairs.flatMap(({ margin }) => (margin === undefined ? [] : [margin]));
      const margins = given.length > 0 ? tf.tensor1d(given) : undefined;
      return rewardModel({ chosenRewards, rejectedRewards, margins }, options);
    },
  };
}
