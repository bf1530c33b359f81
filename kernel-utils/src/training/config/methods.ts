import { readDocuments, readRecords } from "../../data";
import { createRewardModel, type LanguageModel, saveRewardModel } from "../../model";
import { divergenceNames, dpoVariants, gammaMeanings, ipoLogps, sftReductions } from "../../objectives";
import { Random } from "../../tensor";
import type { Tokenizer } from "../../text";
import { KtoTrainer, type KtoTrainerOptions } from "../ktoTrainer";
import type { RunOptions } from "../loop";
import { pairObjectiveNames } from "../pairObjectives";
import { PreferenceTrainer, type PreferenceTrainerOptions } from "../preferenceTrainer";
import { RewardTrainer, type RewardTrainerOptions } from "../rewardTrainer";
import type { RewardSource } from "../rollouts/rewardSource";
import type { TrainingRun } from "../run/trainingRun";
import { Pretrainer, type PretrainerOptions, SftTrainer, type SftTrainerOptions } from "../sftTrainer";
import { anyNumber, type Fields, flag, type JsonObject, nonNegative, oneOf, positive, share, whole } from "./fields";
import { samplingMethods } from "./samplingMethods";

/** What every trainer is to its caller. */
export interface Trainer {
  run(options?: RunOptions): Promise<TrainingRun>;
}

/** A trainer of a configuration. */
export interface Prepared extends Trainer {
  /** Keeps what was trained. Default: the model, or its adapter. */
  save?: (folder: string, record: Record<string, unknown>) => Promise<void>;
  /** Frees what was made beside the model. */
  dispose?: () => void;
}

export interface MethodInputs {
  model: LanguageModel;
  tokenizer: Tokenizer;
  data: unknown;
  heldOut?: unknown;
  /** The method's own keys, with seed and progress. */
  options: JsonObject;
  /** What judges replies, where the method is `judged`. */
  reward?: RewardSource;
}

/** A method of a configuration: what it does, its own keys, how its data are read, and its trainer. */
export interface Method {
  summary: string;
  fields: Fields;
  read: (file: string) => Promise<unknown>;
  /** It samples replies, which the key `reward` or `rewardModel` says how to judge. */
  judged?: true;
  prepare: (inputs: MethodInputs) => Prepared;
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

/** Inputs as a trainer takes them, with its data under the name that it gives them. */
const given = <Options>({ model, tokenizer, options, heldOut, data }: MethodInputs, dataName: string): Options =>
  ({ ...options, model, tokenizer, heldOut, [dataName]: data }) as Options; // the fields have been checked

/** The methods that `align train` knows. A method more is an entry more. */
export const methods: Readonly<Record<string, Method>> = {
  pretrain: {
    summary: "next-token prediction on plain text",
    fields: { ...loopFields, packTo: whole(2) },
    read: readDocuments,
    prepare: (inputs) => new Pretrainer(given<PretrainerOptions>(inputs, "documents")),
  },
  sft: {
    summary: "imitation of the completions of instruction records",
    fields: { ...loopFields, reduction: oneOf(sftReductions), completionOnly: flag },
    read: (file) => readRecords("instruction", file),
    prepare: (inputs) => new SftTrainer(given<SftTrainerOptions>(inputs, "records")),
  },
  preference: {
    summary: `${pairObjectiveNames.join(", ")} on preference records`,
    fields: preferenceFields,
    read: (file) => readRecords("preference", file),
    prepare: (inputs) => new PreferenceTrainer(given<PreferenceTrainerOptions>(inputs, "records")),
  },
  kto: {
    summary: "KTO on feedback records: single replies with a thumb",
    fields: { ...loopFields, beta: positive, desirableWeight: nonNegative, undesirableWeight: nonNegative },
    read: (file) => readRecords("feedback", file),
    prepare: (inputs) => new KtoTrainer(given<KtoTrainerOptions>(inputs, "records")),
  },
  reward: {
    summary: "a reward model on preference records; the model's folder then holds score.weight",
    fields: { ...loopFields, useMargins: flag, centering: nonNegative },
    read: (file) => readRecords("preference", file),
    prepare: prepareReward,
  },
  ...samplingMethods,
};

/** The reward model starts from the model's weights, its adapter included, and is saved with the adapter merged. */
function prepareReward(inputs: MethodInputs): Prepared {
  const head = new Random(`reward head ${inputs.options.seed}`);
  const model = createRewardModel(inputs.model, head);
  const trainer = new RewardTrainer({ ...given<RewardTrainerOptions>(inputs, "records"), model });
  return {
    run: (options) => trainer.run(options),
    save: async (folder, record) => {
      const { body } = model;
      if (body.adapter) {
        body.mergeAdapter();
        body.removeAdapter();
      }
      await saveRewardModel(folder, model, inputs.tokenizer, record);
    },
    dispose: () => model.dispose(),
  };
}

export const methodNames = Object.keys(methods);
