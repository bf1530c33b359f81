import { readDocuments, readRecords } from "../../data";
import type { LanguageModel } from "../../model";
import { divergenceNames, dpoVariants, gammaMeanings, ipoLogps, sftReductions } from "../../objectives";
import type { Tokenizer } from "../../text";
import { KtoTrainer, type KtoTrainerOptions } from "../ktoTrainer";
import type { RunOptions } from "../loop";
import { pairObjectiveNames } from "../pairObjectives";
import { PreferenceTrainer, type PreferenceTrainerOptions } from "../preferenceTrainer";
import type { TrainingRun } from "../run/trainingRun";
import { Pretrainer, type PretrainerOptions, SftTrainer, type SftTrainerOptions } from "../sftTrainer";
import { anyNumber, type Fields, flag, type JsonObject, nonNegative, oneOf, positive, share, whole } from "./fields";

/** What every trainer is to its caller. */
export interface Trainer {
  run(options?: RunOptions): Promise<TrainingRun>;
}

/** A method of a configuration: its own keys, how its data are read, and its trainer. */
export interface Method {
  fields: Fields;
  read: (file: string) => Promise<unknown>;
  trainer: (model: LanguageModel, tokenizer: Tokenizer, data: unknown, options: JsonObject) => Trainer;
}

/** The keys of every method that runs the training loop. */
export const loopFields: Fields = {
  steps: whole(1),
  batchSize: whole(1),
  accumulationSteps: whole(1),
  checkpointLayers: flag,
  learningRate: positive,
  warmupSteps: whole(0),
  floor: share,
  maxGradNorm: positive,
  beta1: share,
  beta2: share,
  epsilon: positive,
  weightDecay: nonNegative,
};

const preferenceFields: Fields = {
  ...loopFields,
  objective: oneOf(pairObjectiveNames),
  beta: positive,
  variant: oneOf(dpoVariants),
  labelSmoothing: share,
  referenceFree: flag,
  divergence: oneOf(divergenceNames),
  alpha: anyNumber,
  lengthPenalty: anyNumber,
  discopopTau: positive,
  tau: positive,
  logps: oneOf(ipoLogps),
  lambda: nonNegative,
  gamma: nonNegative,
  gammaMeaning: oneOf(gammaMeanings),
  delta: nonNegative,
};

/** The methods that `align train` knows. A method more is an entry more. */
export const methods: Readonly<Record<string, Method>> = {
  pretrain: {
    fields: { ...loopFields, packTo: whole(2) },
    read: readDocuments,
    trainer: (model, tokenizer, documents, options) =>
      new Pretrainer({ ...options, model, tokenizer, documents: documents as PretrainerOptions["documents"] }),
  },
  sft: {
    fields: { ...loopFields, reduction: oneOf(sftReductions), completionOnly: flag },
    read: (file) => readRecords("instruction", file),
    trainer: (model, tokenizer, records, options) =>
      new SftTrainer({ ...options, model, tokenizer, records: records as SftTrainerOptions["records"] }),
  },
  preference: {
    fields: preferenceFields,
    read: (file) => readRecords("preference", file),
    trainer: (model, tokenizer, records, options) =>
      new PreferenceTrainer({ ...options, model, tokenizer, records: records as PreferenceTrainerOptions["records"] }),
  },
  kto: {
    fields: { ...loopFields, beta: positive, desirableWeight: nonNegative, undesirableWeight: nonNegative },
    read: (file) => readRecords("feedback", file),
    trainer: (model, tokenizer, records, options) =>
      new KtoTrainer({ ...options, model, tokenizer, records: records as KtoTrainerOptions["records"] }),
  },
};

export const methodNames = Object.keys(methods);
