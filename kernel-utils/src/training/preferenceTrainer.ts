import * as tf from "@tensorflow/tfjs";
import type { LanguageModel } from "../model";
import { type DpoOptions, dpo, type PairLogps } from "../objectives";
import { Random } from "../tensor";
import type { ChatText, Tokenizer } from "../text";
import { batchIndices, checkExamples, collateSft, type Example, padRight, splitEvenly } from "./batching";
import { completionLogps } from "./completionLogps";
import type { Microbatch } from "./gradients";
import { type LoopOptions, type RunOptions, runLoop, type TrainingRun } from "./loop";
import { checkTrainingMemory } from "./memoryCheck";
import { scoreExamples } from "./score";

/**
 * A loss of summed log-probs, each [B]; metrics are scalars to log. With `accumulationSteps` above 1 it sees a part of
 * the pairs at a time, so it must be a mean over pairs to be the same as on all of them.
 */
export type PreferenceObjective = (logps: PairLogps<tf.Tensor>) => {
  loss: tf.Scalar;
  metrics?: Record<string, tf.Tensor>;
};

export interface PreferenceTrainerOptions extends LoopOptions, DpoOptions {
  model: LanguageModel;
  tokenizer: Tokenizer;
  records: readonly { prompt: ChatText; chosen: ChatText; rejected: ChatText }[];
  /** π_ref. Default: the model without its adapter; where it has none, the model as it is when `run` is first called. */
  reference?: LanguageModel;
  /** A loss of your own, in place of `dpo` with the options given here. */
  objective?: PreferenceObjective;
}

/** A preference as tokens and labels. */
export interface PairExamples {
  chosen: Example;
  rejected: Example;
}

/** Summed log-probs of every pair under the reference, nats, in record order. */
interface ReferenceLogps {
  chosen: number[];
  rejected: number[];
}

/** Both replies of a preference behind their prompt; only the replies count. */
export function collatePreferences(
  tokenizer: Tokenizer,
  { prompt, chosen, rejected }: { prompt: ChatText; chosen: ChatText; rejected: ChatText },
): PairExamples {
  return { chosen: collateSft(tokenizer, prompt, chosen), rejected: collateSft(tokenizer, prompt, rejected) };
}

/** Trains on preference pairs with a frozen reference: DPO and its relatives. */
export class PreferenceTrainer {
  private readonly pairs: PairExamples[];
  private referenceLogps?: ReferenceLogps;

  constructor(private readonly options: PreferenceTrainerOptions) {
    this.pairs = options.records.map((record) => collatePreferences(options.tokenizer, record));
    const longest = options.model.config.max_position_embeddings;
    checkExamples(
      "PreferenceTrainer",
      this.pairs.map(({ chosen }) => chosen),
      longest,
    );
    checkExamples(
      "PreferenceTrainer",
      this.pairs.map(({ rejected }) => rejected),
      longest,
    );
  }

  /** A second run goes on from the first, with the same reference. */
  async run(runOptions?: RunOptions): Promise<TrainingRun> {
    const { model, tokenizer, records, reference, objective, beta = 0.1, ...rest } = this.options;
    const { variant = "sigmoid", labelSmoothing = 0, referenceFree = false, ...options } = rest;
    const dpoOptions = { beta, variant, labelSmoothing, referenceFree };
    const examples = this.pairs.flatMap(({ chosen, rejected }) => [chosen, rejected]);
    checkTrainingMemory("PreferenceTrainer", model, examples, options, 2);
    this.referenceLogps ??= await this.scoreReference(reference ?? model.base);
    const random = new Random(options.seed ?? 0).fork("batches");
    const batches = batchIndices(this.pairs.length, options.batchSize ?? 32, random);
    const loss: PreferenceObjective = objective ?? ((logps) => dpo(logps, dpoOptions));
    const microbatches = () =>
      splitEvenly(batches.next().value, options.accumulationSteps ?? 1).map((part) => this.microbatch(part, loss));
    const config = { ...(objective ? { objective: "own" } : dpoOptions), records: records.length };
    const plan = {
      method: "PreferenceTrainer",
      model,
      microbatches,
      options: { learningRate: 5e-4, ...options },
      config,
    };
    return runLoop(plan, runOptions);
  }

  /** Once for the whole data set: the reference never changes, so it need not run again at every step. */
  private async scoreReference(reference: LanguageModel): Promise<ReferenceLogps> {
    const scores = await scoreExamples(reference, [
      ...this.pairs.map(({ chosen }) => chosen),
      ...this.pairs.map(({ rejected }) => rejected),
    ]);
    const sums = scores.map(({ sum }) => sum);
    return { chosen: sums.slice(0, this.pairs.length), rejected: sums.slice(this.pairs.length) };
  }

  /** Every pair weighs the same, so a part weighs by its pairs. */
  private microbatch(indices: number[], objective: PreferenceObjective): Microbatch {
    return {
      weight: indices.length,
      lossOf: () => {
        const { loss, metrics = {} } = objective(this.batchLogps(indices));
        return { loss, metrics };
      },
    };
  }

  /** Chosen and rejected replies go through the policy in one forward pass, [2B, T]. */
  private batchLogps(indices: number[]): PairLogps<tf.Tensor1D> {
    const { model } = this.options;
    const pairs = indices.map((index) => this.pairs[index]);
    const examples = [...pairs.map(({ chosen }) => chosen), ...pairs.map(({ rejected }) => rejected)];
    const { sum } = completionLogps(model, padRight(examples, model.config.pad_token_id));
    const [policyChosenLogps, policyRejectedLogps] = tf.split<tf.Tensor1D>(sum, 2);
    const reference = (logps: number[]) => tf.tensor1d(indices.map((index) => logps[index]));
    return {
      policyChosenLogps,
      policyRejectedLogps,
      referenceChosenLogps: reference(this.referenceLogps!.chosen),
      referenceRejectedLogps: reference(this.referenceLogps!.rejected),
    };
  }
}
