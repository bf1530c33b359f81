import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import type { LanguageModel } from "../model";
import { type KtoOptions, kto } from "../objectives";
import { ktoDefaults } from "../objectives/kto";
import { Random } from "../tensor";
import type { ChatText, Tokenizer } from "../text";
import { BatchOrder, checkExamples, collateSft, type Example, padRight, splitEvenly } from "./batching";
import { completionLogps } from "./completionLogps";
import type { Microbatch } from "./gradients";
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
  private readonly examples: Example[];
  private readonly mismatched: Example[];
  /** Summed log-probs under the reference, nats: of all records, then of all mismatched pairs. */
  private reference?: number[];

  constructor(private readonly options: KtoTrainerOptions) {
    const { records, tokenizer, model } = options;
    const longest = model.config.max_position_embeddings;
    this.examples = records.map(({ prompt, completion }) => collateSft(tokenizer, prompt, completion));
    checkExamples(method, this.examples, longest);
    this.mismatched = mismatch(records).map(({ prompt, completion }) => collateSft(tokenizer, prompt, completion));
    checkExamples(`${method}, prompts with the next prompt's reply`, this.mismatched, longest);
  }

  /** A second run goes on from the first, with the same reference. */
  async run(runOptions: RunOptions = {}): Promise<TrainingRun> {
    const { model, tokenizer, records, reference, beta, desirableWeight, undesirableWeight, ...options } = this.options;
    const ktoOptions = {
      beta: beta ?? ktoDefaults.beta,
      desirableWeight: desirableWeight ?? ktoDefaults.desirableWeight,
      undesirableWeight: undesirableWeight ?? ktoDefaults.undesirableWeight,
    };
    const all = [...this.examples, ...this.mismatched];
    checkTrainingMemory(method, model, this.examples, options);
    this.reference ??= await referenceLogps(reference ?? model.base, all, referenceFolderOf(runOptions));
    const random = new Random(options.seed ?? 0).fork("batches");
    const order = new BatchOrder(records.length, options.batchSize ?? 32, random);
    const microbatches = async () => {
      const indices = order.next();
      const z0 = await this.meanMismatchedLogRatio(indices);
      return splitEvenly(indices, options.accumulationSteps ?? 1).map((part) => this.microbatch(part, z0, ktoOptions));
    };
    const plan = {
      method,
      model,
      microbatches,
      options: { learningRate: 5e-4, ...options },
      config: { ...ktoOptions, records: records.length },
      resumable: order,
      dataHash: () => `${hashExamples(all)} ${records.map(({ label }) => Number(label)).join("")}`,
      decode: (tokens: readonly number[]) => tokenizer.decode(tokens, { special: true }),
      watched: { hasReference: true, isKto: true },
      warnings: [
        ...missingEos(this.examples, model.config.eos_token_id),
        ...batchOfOne(Math.min(options.batchSize ?? 32, records.length)),
        ...imbalance(records, ktoOptions),
      ],
    };
    return runLoop(plan, runOptions);
  }

  /** mean_i [log π(y'_i|x_i) − log π_ref(y'_i|x_i)] over the batch, nats; the objective clamps it at 0. */
  private async meanMismatchedLogRatio(indices: readonly number[]): Promise<number> {
    const scores = await scoreExamples(
      this.options.model,
      indices.map((index) => this.mismatched[index]),
    );
    const start = this.examples.length;
    const logRatios = scores.map(({ sum }, i) => sum - this.reference![start + indices[i]]);
    return logRatios.reduce((total, logRatio) => total + logRatio, 0) / logRatios.length;
  }

  private microbatch(indices: readonly number[], z0: number, options: KtoOptions): Microbatch {
    const { model, records } = this.options;
    const examples = indices.map((index) => this.examples[index]);
    return {
      weight: indices.length,
      examples,
      lossOf: () => {
        const { sum } = completionLogps(model, padRight(examples, model.config.pad_token_id));
        const { loss, metrics } = kto(
          {
            policyLogps: sum,
            referenceLogps: tf.tensor1d(indices.map((index) => this.reference![index])),
            desirable: tf.tensor1d(indices.map((index) => Number(records[index].label))),
            klPolicyLogps: tf.fill([indices.length], z0), // the batch's mean, whatever part this is
            klReferenceLogps: tf.zeros([indices.length]),
          },
          options,
        );
        return { loss, metrics };
      },
    };
  }
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
