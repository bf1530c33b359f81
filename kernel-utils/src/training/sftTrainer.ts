import type { LanguageModel } from "../model";
import { type SftOptions, sft } from "../objectives";
import { Random } from "../tensor";
import type { ChatText, Tokenizer } from "../text";
import {
  BatchOrder,
  checkExamples,
  checkLengths,
  collateDocument,
  collateSft,
  countLabels,
  type Example,
  packDocuments,
  padRight,
  splitEvenly,
} from "./batching";
import { completionLogps } from "./completionLogps";
import type { Microbatch } from "./gradients";
import { type RunOptions, runLoop } from "./loop";
import { checkTrainingMemory } from "./memoryCheck";
import { hashSets } from "./run/hashes";
import { measured } from "./run/heldOut";
import { maskedRecords, missingEos } from "./run/recordWarnings";
import type { TrainingRun } from "./run/trainingRun";
import type { LoopOptions } from "./settings";

export interface SftTrainerOptions extends LoopOptions, SftOptions {
  model: LanguageModel;
  tokenizer: Tokenizer;
  records: readonly { prompt: ChatText; completion: ChatText }[];
  /** Records that are never trained on: loss on them is recorded with every evaluation. */
  heldOut?: SftTrainerOptions["records"];
  /** False: the loss counts the prompt too, the classic mistake. Default true. */
  completionOnly?: boolean;
}

/** Fits a model to replies, given their prompts: maximum likelihood on the completion tokens. */
export class SftTrainer {
  private readonly examples: ExampleSets;

  constructor(private readonly options: SftTrainerOptions) {
    const { records, heldOut = [], tokenizer, completionOnly } = options;
    const collated = (some: SftTrainerOptions["records"]) =>
      some.map(({ prompt, completion }) => collateSft(tokenizer, prompt, completion, completionOnly));
    this.examples = { trained: collated(records), heldOut: collated(heldOut) };
  }

  run(options?: RunOptions): Promise<TrainingRun> {
    const { model, tokenizer, records, heldOut, completionOnly = true, ...rest } = this.options;
    const config = { completionOnly, records: records.length };
    return trainOnExamples("SftTrainer", model, tokenizer, this.examples, rest, config, options);
  }
}

export interface PretrainerOptions extends LoopOptions {
  model: LanguageModel;
  tokenizer: Tokenizer;
  /** Raw texts; each is framed by `<bos>` and `<eos>`. */
  documents: readonly string[];
  /** Texts that are never trained on: loss on them is recorded with every evaluation. */
  heldOut?: readonly string[];
  /** Lay documents end to end in blocks of this many tokens, in place of one padded row each. */
  packTo?: number;
}

/** Fits a model to raw text: every token of every document counts. */
export class Pretrainer {
  private readonly examples: ExampleSets;

  constructor(private readonly options: PretrainerOptions) {
    const { documents, heldOut = [], tokenizer, packTo } = options;
    const collated = (some: readonly string[]) =>
      packTo ? packDocuments(tokenizer, some, packTo) : some.map((text) => collateDocument(tokenizer, text));
    this.examples = { trained: collated(documents), heldOut: collated(heldOut) };
  }

  run(options?: RunOptions): Promise<TrainingRun> {
    const { model, tokenizer, documents, heldOut, packTo, ...rest } = this.options;
    const config = { packTo, documents: documents.length };
    return trainOnExamples("Pretrainer", model, tokenizer, this.examples, rest, config, options);
  }
}

/** What is learnt from, and what is only measured. */
interface ExampleSets {
  trained: readonly Example[];
  heldOut: readonly Example[];
}

async function trainOnExamples(
  method: string,
  model: LanguageModel,
  tokenizer: Tokenizer,
  { trained: examples, heldOut }: ExampleSets,
  { reduction = "token", ...options }: LoopOptions & SftOptions,
  config: Record<string, unknown>,
  runOptions?: RunOptions,
): Promise<TrainingRun> {
  checkLengths(method, examples, model.config.max_position_embeddings);
  const masked = maskedRecords(method, examples);
  if (heldOut.length > 0) checkExamples(`${method}: heldOut`, heldOut, model.config.max_position_embeddings);
  checkTrainingMemory(method, model, examples, options);
  const random = new Random(options.seed ?? 0).fork("batches");
  const order = new BatchOrder(examples.length, options.batchSize ?? 32, random);
  const microbatches = () => {
    const chosen = order
      .next()
      .map((index) => examples[index])
      .filter(({ labels }) => countLabels(labels) > 0);
    return splitEvenly(chosen, options.accumulationSteps ?? 1).map((part) => sftMicrobatch(model, part, reduction));
  };
  const plan = {
    method,
    model,
    microbatches,
    options: { learningRate: 5e-3, ...options },
    config: { reduction, ...config, ...(heldOut.length > 0 && { heldOut: heldOut.length }) },
    resumable: order,
    dataHash: () => hashSets(examples, heldOut),
    decode: (tokens: readonly number[]) => tokenizer.decode(tokens, { special: true }),
    heldOut: measured(heldOut, (part) => sftMicrobatch(model, part, reduction)),
    warnings: [...missingEos(examples, model.config.eos_token_id), ...masked],
  };
  return runLoop(plan, runOptions);
}

/** One part of a batch; a token mean weighs by its tokens, a mean over sequences by its sequences. */
export function sftMicrobatch(
  model: LanguageModel,
  examples: readonly Example[],
  reduction: SftOptions["reduction"] = "token",
): Microbatch {
  const tokens = examples.reduce((sum, { labels }) => sum + countLabels(labels), 0);
  return {
    weight: reduction === "token" ? tokens : examples.length,
    examples,
    lossOf: () => {
      const { perToken, mask } = completionLogps(model, padRight(examples, model.config.pad_token_id));
      return sft(perToken, mask, { reduction });
    },
  };
}
