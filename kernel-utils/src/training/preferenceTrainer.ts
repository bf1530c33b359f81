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
import { hashSets } from "./run/hashes";
import { measured } from "./run/heldOut";
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
  /** Records that are never trained on: loss, accuracy and margins on them are recorded with every evaluation. */
  heldOut?: PreferenceTrainerOptions["records"];
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
  private readonly trained: PairSet;
  private readonly measured: PairSet;

  constructor(private readonly options: PreferenceTrainerOptions) {
    const { records, heldOut = [], tokenizer, model } = options;
    this.trained = pairSet(tokenizer, records);
    this.measured = pairSet(tokenizer, heldOut);
    const longest = model.config.max_position_embeddings;
    for (const side of ["chosen", "rejected"] as const) {
      const of = ({ pairs }: PairSet): Example[] => pairs.map((pair) => pair[side]);
      checkExamples(method, of(this.trained), longest);
      if (heldOut.length > 0) checkExamples(`${method}: heldOut`, of(this.measured), longest);
    }
  }

  /** A second run goes on from the first, with the same reference. */
  async run(runOptions: RunOptions = {}): Promise<TrainingRun> {
    const { model, tokenizer, records, heldOut = [], reference, objective = "dpo", ...rest } = this.options;
    const options = withoutObjectiveOptions(rest);
    const chosen =
      typeof objective === "string"
        ? chooseObjective(method, objective, rest)
        : { hasReference: true, loss: objective, config: { objective: "own" } };
    const { examples } = this.trained;
    checkTrainingMemory(method, model, examples, options, 2);
    for (const set of chosen.hasReference ? [this.trained, this.measured] : []) {
      if (set.pairs.length === 0) continue;
      set.reference ??= await referenceLogps(reference ?? model.base, set.examples, referenceFolderOf(runOptions));
    }
    const random = new Random(options.seed ?? 0).fork("batches");
    const order = new BatchOrder(records.length, options.batchSize ?? 32, random);
    const plan = {
      method,
      model,
      microbatches: () =>
        splitEvenly(order.next(), options.accumulationSteps ?? 1).map((part) =>
          microbatch(model, this.trained, part, chosen.loss),
        ),
      options: { learningRate: 5e-4, ...options },
      config: { ...chosen.config, records: records.length, ...(heldOut.length > 0 && { heldOut: heldOut.length }) },
      resumable: order,
      dataHash: () => hashSets(examples, this.measured.examples),
      decode: (tokens: readonly number[]) => tokenizer.decode(tokens, { special: true }),
      watched: { hasReference: chosen.hasReference },
      heldOut: measured([...heldOut.keys()], (part) => microbatch(model, this.measured, part, chosen.loss)),
      warnings: missingEos(examples, model.config.eos_token_id),
    };
    return runLoop(plan, runOptions);
  }
}

/** Pairs, and the reference's log-probs of them where there is one. */
interface PairSet {
  pairs: PairExamples[];
  /** All chosen replies, then all rejected ones. */
  examples: Example[];
  /** Summed log-probs of `examples`, nats. */
  reference?: number[];
}

function pairSet(tokenizer: Tokenizer, records: PreferenceTrainerOptions["records"]): PairSet {
  const pairs = records.map((record) => collatePreferences(tokenizer, record));
  return { pairs, examples: [...pairs.map(({ chosen }) => chosen), ...pairs.map(({ rejected }) => rejected)] };
}

/** Every pair weighs the same, so a part weighs by its pairs. */
function microbatch(
  model: LanguageModel,
  set: PairSet,
  indices: readonly number[],
  objective: PreferenceObjective,
): Microbatch {
  const pairs = indices.map((index) => set.pairs[index]);
  const examples = [...pairs.map(({ chosen }) => chosen), ...pairs.map(({ rejected }) => rejected)];
  return {
    weight: indices.length,
    examples,
    lossOf: () => {
      const { loss, metrics = {} } = objective(batchOf(model, set, indices, examples));
      return { loss, metrics };
    },
  };
}

/** Chosen and rejected replies go through the policy in one forward pass, [2B, T]. */
function batchOf(
  model: LanguageModel,
  { pairs, reference }: PairSet,
  indices: readonly number[],
  examples: readonly Example[],
): PairBatch {
  const { sum } = completionLogps(model, padRight(examples, model.config.pad_token_id));
  const lengths = tf.tensor1d(examples.map(({ labels }) => countLabels(labels)));
  const [policyChosenLogps, policyRejectedLogps] = tf.split<tf.Tensor1D>(sum, 2);
  const [chosenLengths, rejectedLengths] = tf.split<tf.Tensor1D>(lengths, 2);
  const chosenMeanLogps: tf.Tensor1D = tf.div(policyChosenLogps, chosenLengths);
  const rejectedMeanLogps: tf.Tensor1D = tf.div(policyRejectedLogps, rejectedLengths);
  const ofReference = (start: number) => tf.tensor1d(indices.map((index) => reference?.[start + index] ?? Number.NaN)); // NaN: nobody may look at it
  return {
    policyChosenLogps,
    policyRejectedLogps,
    referenceChosenLogps: ofReference(0),
    referenceRejectedLogps: ofReference(pairs.length),
    chosenLengths,
    rejectedLengths,
    chosenMeanLogps,
    rejectedMeanLogps,
    chosenNll: tf.neg(chosenMeanLogps),
  };
}
