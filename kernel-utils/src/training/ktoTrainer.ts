import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import type { LanguageModel } from "../model";
import { type KtoOptions, kto } from "../objectives";
import { ktoDefaults } from "../objectives/kto";
import { Random } from "../tensor";
import type { ChatText, Tokenizer } from "../text";
import { BatchOrder, checkExamples, collateSft, type Example, padRight, splitEvenly } from "./batching";
import { completionLogps } from "./completionLogps";
import { type LossResult, type Microbatch, measureParts } from "./gradients";
import { type RunOptions, runLoop } from "./loop";
import { checkTrainingMemory } from "./memoryCheck";
import { hashExamples } from "./run/hashes";
import { missingEos } from "./run/recordWarnings";
import { referenceLogps } from "./run/referenceLogps";
import { referenceFolderOf } from "./run/runRecorder";
import type { TrainingRun } from "./run/trainingRun";
import { scoreExamples } from "./score";
import type { LoopOptions } from "./settings";

export interface KtoTrainerOptions extends LoopOptions, KtoOptions {
  model: LanguageModel;
  tokenizer: Tokenizer;
  /** Single replies with a thumb: true for up. */
  records: readonly { prompt: ChatText; completion: ChatText; label: boolean }[];
  /**
   * Records that are never trained on: loss and rewards on them, with a z0 of their own, are recorded with every evaluation.
   */
  heldOut?: KtoTrainerOptions["records"];
  /** π_ref, as for `PreferenceTrainer`. */
  reference?: LanguageModel;
}

const method = "KtoTrainer";

/**
 * Kahneman–Tversky optimisation on replies with a thumb up or down.
 *
 * z0 comes from mismatched pairs: each record's prompt with the reply of the next record that has another prompt. The pairs
 * are fixed by the order of the records, as in TRL, so the reference scores them once; the policy scores those of a batch
 * before the step. z0 is held constant and taken over the whole batch before it is split, so that with `accumulationSteps`
 * the gradient is the full batch's. Metrics of one class ("rewards/chosen" …) are then averages over parts, which differ
 * from the full batch's where parts hold different shares of the classes.
 */
export class KtoTrainer {
  private readonly trained: FeedbackSet;
  private readonly measured?: FeedbackSet;

  constructor(private readonly options: KtoTrainerOptions) {
    const { records, heldOut = [], tokenizer, model } = options;
    const longest = model.config.max_position_embeddings;
    this.trained = feedbackSet(method, tokenizer, records, longest);
    if (heldOut.length > 0) this.measured = feedbackSet(`${method}: heldOut`, tokenizer, heldOut, longest);
  }

  /** A second run goes on from the first, with the same reference. */
  async run(runOptions: RunOptions = {}): Promise<TrainingRun> {
    const { model, tokenizer, records, heldOut, reference, beta, desirableWeight, undesirableWeight, ...options } =
      this.options;
    const ktoOptions = {
      beta: beta ?? ktoDefaults.beta,
      desirableWeight: desirableWeight ?? ktoDefaults.desirableWeight,
      undesirableWeight: undesirableWeight ?? ktoDefaults.undesirableWeight,
    };
    const { trained, measured } = this;
    checkTrainingMemory(method, model, trained.examples, options);
    for (const set of measured ? [trained, measured] : [trained]) {
      const folder = referenceFolderOf(runOptions);
      set.reference ??= await referenceLogps(reference ?? model.base, bothOf(set), folder);
    }
    const random = new Random(options.seed ?? 0).fork("batches");
    const order = new BatchOrder(records.length, options.batchSize ?? 32, random);
    const microbatches = async () => {
      const indices = order.next();
      const z0 = await meanMismatchedLogRatio(model, trained, indices);
      return splitEvenly(indices, options.accumulationSteps ?? 1).map((part) =>
        microbatch(model, trained, part, z0, ktoOptions),
      );
    };
    const plan = {
      method,
      model,
      microbatches,
      options: { learningRate: 5e-4, ...options },
      config: { ...ktoOptions, records: records.length, ...(heldOut && { heldOut: heldOut.length }) },
      resumable: order,
      dataHash: () => [trained, ...(measured ? [measured] : [])].map(hashFeedback).join(" "),
      decode: (tokens: readonly number[]) => tokenizer.decode(tokens, { special: true }),
      watched: { hasReference: true, isKto: true },
      heldOut: measured && (() => measure(model, measured, ktoOptions)),
      warnings: [
        ...missingEos(trained.examples, model.config.eos_token_id),
        ...batchOfOne(Math.min(options.batchSize ?? 32, records.length)),
        ...imbalance(records, ktoOptions),
      ],
    };
    return runLoop(plan, runOptions);
  }
}

/** Records as tokens, each with its mismatched pair, and the reference's log-probs of both. */
interface FeedbackSet {
  labels: boolean[];
  examples: Example[];
  mismatched: Example[];
  /** Summed log-probs under the reference, nats: of all records, then of all mismatched pairs. */
  reference?: number[];
}

const bothOf = ({ examples, mismatched }: FeedbackSet): Example[] => [...examples, ...mismatched];
const hashFeedback = (set: FeedbackSet): string => `${hashExamples(bothOf(set))} ${set.labels.map(Number).join("")}`;

function feedbackSet(
  where: string,
  tokenizer: Tokenizer,
  records: readonly Feedback[],
  maxLength: number,
): FeedbackSet {
  const collated = (pairs: readonly Pick<Feedback, "prompt" | "completion">[]) =>
    pairs.map(({ prompt, completion }) => collateSft(tokenizer, prompt, completion));
  const examples = collated(records);
  checkExamples(where, examples, maxLength);
  const mismatched = collated(mismatch(records));
  checkExamples(`${where}, prompts with the next prompt's reply`, mismatched, maxLength);
  return { labels: records.map(({ label }) => label), examples, mismatched };
}

/** mean_i [log π(y'_i|x_i) − log π_ref(y'_i|x_i)] over the batch, nats; the objective clamps it at 0. */
async function meanMismatchedLogRatio(
  model: LanguageModel,
  { examples, mismatched, reference }: FeedbackSet,
  indices: readonly number[],
): Promise<number> {
  const scores = await scoreExamples(
    model,
    indices.map((index) => mismatched[index]),
  );
  const logRatios = scores.map(({ sum }, i) => sum - reference![examples.length + indices[i]]);
  return logRatios.reduce((total, logRatio) => total + logRatio, 0) / logRatios.length;
}

function microbatch(
  model: LanguageModel,
  set: FeedbackSet,
  indices: readonly number[],
  z0: number,
  options: KtoOptions,
): Microbatch {
  const examples = indices.map((index) => set.examples[index]);
  return {
    weight: indices.length,
    examples,
    lossOf: () => {
      const { sum } = completionLogps(model, padRight(examples, model.config.pad_token_id));
      return ktoLoss(sum, set, indices, z0, options);
    },
  };
}

function ktoLoss(
  policyLogps: tf.Tensor1D,
  { reference, labels }: FeedbackSet,
  indices: readonly number[],
  z0: number,
  options: KtoOptions,
): LossResult {
  const { loss, metrics } = kto(
    {
      policyLogps,
      referenceLogps: tf.tensor1d(indices.map((index) => reference![index])),
      desirable: tf.tensor1d(indices.map((index) => Number(labels[index]))),
      klPolicyLogps: tf.fill([indices.length], z0), // the batch's mean, whatever part this is
      klReferenceLogps: tf.zeros([indices.length]),
    },
    options,
  );
  return { loss, metrics };
}

/** Loss and metrics of a whole set at once: averages over parts would not be those of a class. */
async function measure(model: LanguageModel, set: FeedbackSet, options: KtoOptions): Promise<Record<string, number>> {
  const indices = [...set.examples.keys()];
  const z0 = await meanMismatchedLogRatio(model, set, indices);
  const scores = await scoreExamples(model, set.examples);
  const sums = scores.map(({ sum }) => sum);
  return measureParts([{ weight: 1, lossOf: () => ktoLoss(tf.tensor1d(sums), set, indices, z0, options) }]);
}

type Feedback = KtoTrainerOptions["records"][number];

/** Each prompt with the reply of the next record, round the end, whose prompt is another. */
export function mismatch(records: readonly Feedback[]): Pick<Feedback, "prompt" | "completion">[] {
  const prompts = records.map(({ prompt }) => JSON.stringify(prompt));
  if (new Set(prompts).size === 1) {
    const why = `all ${records.length} records have one prompt; z0 needs replies to other prompts`;
    throw new CourseError("bad-record", `${method}: ${why}; give records of two prompts or more`);
  }
  return records.map(({ prompt }, index) => {
    let other = (index + 1) % records.length;
    while (prompts[other] === prompts[index]) other = (other + 1) % records.length;
    return { prompt, completion: records[other].completion };
  });
}

function batchOfOne(size: number): { code: string; text: string }[] {
  if (size > 1) return [];
  const text =
    "a batch holds one record, so z0 is the log-ratio of a single mismatched pair: mostly noise, clamped at 0 half of the " +
    "time. Take a batchSize of 8 or more; accumulationSteps saves memory and keeps z0 over the whole batch";
  return [{ code: "kto-batch-of-one", text }];
}

/** TRL warns outside [1, 1.33]; half and twice are where it begins to matter here. */
function imbalance(
  records: readonly Feedback[],
  { desirableWeight, undesirableWeight }: Required<KtoOptions>,
): { code: string; text: string }[] {
  const desirable = records.filter(({ label }) => label).length;
  const undesirable = records.length - desirable;
  const ratio = (desirableWeight * desirable) / (undesirableWeight * undesirable);
  if (ratio >= 0.5 && ratio <= 2) return [];
  const text =
    `desirable replies weigh ${Number(ratio.toPrecision(3))} times the undesirable ones (${desirable} against ${undesirable} ` +
    "records); set desirableWeight or undesirableWeight so that the ratio lies between 1 and 4/3";
  return [{ code: "kto-imbalance", text }];
}
