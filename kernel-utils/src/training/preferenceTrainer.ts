import * as tf from "@tensorflow/tfjs";
import type { LanguageModel } from "../model";
import { Random } from "../tensor";
import type { ChatText, Tokenizer } from "../text";
import { BatchOrder, checkExamples, collateSft, countLabels, type Example, padRight, splitEvenly } from "./batching";
import { completionLogps } from "./completionLogps";
import type { Microbatch } from "./gradients";
import { type RunOptions, runLoop } from "./loop";
import { checkTrainingMemory } from "./memoryCheck";
import {
  chooseObjective,
  type PairBatch,
  type PairObjectiveName,
  type PairObjectiveOptions,
  withoutObjectiveOptions,
} from "./pairObjectives";
import { hashExamples } from "./run/hashes";
import { missingEos } from "./run/recordWarnings";
import { referenceLogps } from "./run/referenceLogps";
import { referenceFolderOf } from "./run/runRecorder";
import type { TrainingRun } from "./run/trainingRun";
import type { LoopOptions } from "./settings";

/**
 * A loss of a batch of pairs; metrics are scalars to log. With `accumulationSteps` above 1 it sees a part of the pairs at
 * a time, so it must be a mean over pairs to be the same as on all of them.
 */
export type PreferenceObjective = (batch: PairBatch) => {
  loss: tf.Scalar;
  metrics?: Record<string, tf.Tensor>;
};

/** The objective's own options stand beside the trainer's; those of another objective are refused. */
export interface PreferenceTrainerOptions extends LoopOptions, PairObjectiveOptions {
  model: LanguageModel;
  tokenizer: Tokenizer;
  records: readonly { prompt: ChatText; chosen: ChatText; rejected: ChatText }[];
  /** π_ref. Default: the model without its adapter; where it has none, the model as it is when `run` is first called. */
  reference?: LanguageModel;
  /** dpo, ipo, orpo, simpo, cpo or slic; or a loss of your own. Default "dpo". */
  objective?: PairObjectiveName | PreferenceObjective;
}

/** A preference as tokens and labels. */
export interface PairExamples {
  chosen: Example;
  rejected: Example;
}

/** Both replies of a preference behind their prompt; only the replies count. */
export function collatePreferences(
  tokenizer: Tokenizer,
  { prompt, chosen, rejected }: { prompt: ChatText; chosen: ChatText; rejected: ChatText },
): PairExamples {
  return { chosen: collateSft(tokenizer, prompt, chosen), rejected: collateSft(tokenizer, prompt, rejected) };
}

const method = "PreferenceTrainer";

/** Trains on preference pairs: DPO and its relatives against a frozen reference; ORPO, SimPO, CPO and SLiC without one. */
export class PreferenceTrainer {
  private readonly pairs: PairExamples[];
  /** Summed log-probs under the reference, nats: all chosen replies, then all rejected ones. */
  private reference?: number[];

  constructor(private readonly options: PreferenceTrainerOptions) {
    this.pairs = options.records.map((record) => collatePreferences(options.tokenizer, record));
    const longest = options.model.config.max_position_embeddings;
    for (const side of ["chosen", "rejected"] as const) {
      checkExamples(
        method,
        this.pairs.map((pair) => pair[side]),
        longest,
      );
    }
  }

  /** A second run goes on from the first, with the same reference. */
  async run(runOptions: RunOptions = {}): Promise<TrainingRun> {
    const { model, tokenizer, records, reference, objective = "dpo", ...rest } = this.options;
    const options = withoutObjectiveOptions(rest);
    const chosen =
      typeof objective === "string"
        ? chooseObjective(method, objective, rest)
        : { hasReference: true, loss: objective, config: { objective: "own" } };
    const examples = [...this.pairs.map((pair) => pair.chosen), ...this.pairs.map(({ rejected }) => rejected)];
    checkTrainingMemory(method, model, examples, options, 2);
    if (chosen.hasReference) {
      this.reference ??= await referenceLogps(reference ?? model.base, examples, referenceFolderOf(runOptions));
    }
    const random = new Random(options.seed ?? 0).fork("batches");
    const order = new BatchOrder(this.pairs.length, options.batchSize ?? 32, random);
    const plan = {
      method,
      model,
      microbatches: () =>
        splitEvenly(order.next(), options.accumulationSteps ?? 1).map((part) => this.microbatch(part, chosen.loss)),
      options: { learningRate: 5e-4, ...options },
      config: { ...chosen.config, records: records.length },
      resumable: order,
      dataHash: () => hashExamples(examples),
      decode: (tokens: readonly number[]) => tokenizer.decode(tokens, { special: true }),
      watched: { hasReference: chosen.hasReference },
      warnings: missingEos(examples, model.config.eos_token_id),
    };
    return runLoop(plan, runOptions);
  }

  /** Every pair weighs the same, so a part weighs by its pairs. */
  private microbatch(indices: number[], objective: PreferenceObjective): Microbatch {
    const pairs = indices.map((index) => this.pairs[index]);
    const examples = [...pairs.map(({ chosen }) => chosen), ...pairs.map(({ rejected }) => rejected)];
    return {
      weight: indices.length,
      examples,
      lossOf: () => {
        const { loss, metrics = {} } = objective(this.batchOf(indices, examples));
        return { loss, metrics };
      },
    };
  }

  /** Chosen and rejected replies go through the policy in one forward pass, [2B, T]. */
  private batchOf(indices: number[], examples: readonly Example[]): PairBatch {
    const { model } = this.options;
    const { sum } = completionLogps(model, padRight(examples, model.config.pad_token_id));
    const lengths = tf.tensor1d(examples.map(({ labels }) => countLabels(labels)));
    const [policyChosenLogps, policyRejectedLogps] = tf.split<tf.Tensor1D>(sum, 2);
    const [chosenLengths, rejectedLengths] = tf.split<tf.Tensor1D>(lengths, 2);
    const chosenMeanLogps: tf.Tensor1D = tf.div(policyChosenLogps, chosenLengths);
    const rejectedMeanLogps: tf.Tensor1D = tf.div(policyRejectedLogps, rejectedLengths);
    const ofReference = (start: number) =>
      tf.tensor1d(indices.map((index) => this.reference?.[start + index] ?? Number.NaN)); // NaN: nobody may look at it
    return {
      policyChosenLogps,
      policyRejectedLogps,
      referenceChosenLogps: ofReference(0),
      referenceRejectedLogps: ofReference(this.pairs.length),
      chosenLengths,
      rejectedLengths,
      chosenMeanLogps,
      rejectedMeanLogps,
      chosenNll: tf.neg(chosenMeanLogps),
    };
  }
}
