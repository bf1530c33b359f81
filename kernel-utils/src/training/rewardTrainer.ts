import * as tf from "@tensorflow/tfjs";
import type { PreferenceRecord } from "../data";
import { CourseError } from "../errors";
import type { RewardModel } from "../model";
import { type RewardModelOptions, rewardModel } from "../objectives";
import { Random } from "../tensor";
import type { Tokenizer } from "../text";
import { BatchOrder, checkExamples, type Example, padRight, splitEvenly } from "./batching";
import type { Microbatch } from "./gradients";
import { type RunOptions, runLoop } from "./loop";
import { checkTrainingMemory } from "./memoryCheck";
import { collatePreferences, type PairExamples } from "./preferenceTrainer";
import { hashJson, hashSets } from "./run/hashes";
import { measured } from "./run/heldOut";
import type { TrainingRun } from "./run/trainingRun";
import type { LoopOptions } from "./settings";

export interface RewardTrainerOptions extends LoopOptions, RewardModelOptions {
  model: RewardModel;
  tokenizer: Tokenizer;
  records: readonly PreferenceRecord[];
  /** Records that are never trained on: loss, accuracy and margin on them are recorded with every evaluation. */
  heldOut?: readonly PreferenceRecord[];
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
  private readonly heldOut: MarkedPair[];

  constructor(private readonly options: RewardTrainerOptions) {
    const { records, heldOut = [], tokenizer, useMargins = false } = options;
    const collated = (some: readonly PreferenceRecord[]) =>
      some.map((record, index) => ({
        ...collatePreferences(tokenizer, record),
        margin: useMargins ? marginOf(record, index) : undefined,
      }));
    this.pairs = collated(records);
    this.heldOut = collated(heldOut);
    const longest = options.model.body.config.max_position_embeddings;
    checkExamples(method, examplesOf(this.pairs), longest);
    if (heldOut.length > 0) checkExamples(`${method}: heldOut`, examplesOf(this.heldOut), longest);
  }

  async run(runOptions?: RunOptions): Promise<TrainingRun> {
    const { model, tokenizer, records, heldOut = [], useMargins = false, centering = 0, ...options } = this.options;
    const examples = examplesOf(this.pairs);
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
      config: {
        centering,
        useMargins,
        records: records.length,
        ...(heldOut.length > 0 && { heldOut: heldOut.length }),
      },
      resumable: order,
      dataHash: () =>
        hashSets(examples, examplesOf(this.heldOut)) + (useMargins ? hashJson(marginsOf(this.pairs)) : ""),
      heldOut: measured(this.heldOut, (part) => microbatch(model, part, { centering })),
      decode: (tokens: readonly number[]) => tokenizer.decode(tokens, { special: true }),
    };
    return runLoop(plan, runOptions);
  }
}

/** All chosen replies, then all rejected ones. */
const examplesOf = (pairs: readonly MarkedPair[]): Example[] => [
  ...pairs.map(({ chosen }) => chosen),
  ...pairs.map(({ rejected }) => rejected),
];

const marginsOf = (pairs: readonly MarkedPair[]): number[] =>
  pairs.flatMap(({ margin }) => (margin === undefined ? [] : [margin]));

function marginOf({ margin }: PreferenceRecord, index: number): number {
  if (margin !== undefined && Number.isFinite(margin)) return margin;
  const way = "give every record one, or drop useMargins";
  throw new CourseError("bad-record", `${method}: record ${index} has margin ${margin}; ${way}`);
}

/** Both replies of all pairs in one forward pass [2B, T]; every pair weighs the same. */
function microbatch(model: RewardModel, pairs: readonly MarkedPair[], options: RewardModelOptions): Microbatch {
  const examples = examplesOf(pairs);
  return {
    weight: pairs.length,
    examples,
    lossOf: () => {
      const scores = model.scores(padRight(examples, model.body.config.pad_token_id));
      const [chosenRewards, rejectedRewards] = tf.split<tf.Tensor1D>(scores, 2);
      const given = marginsOf(pairs);
      const margins = given.length > 0 ? tf.tensor1d(given) : undefined;
      return rewardModel({ chosenRewards, rejectedRewards, margins }, options);
    },
  };
}
