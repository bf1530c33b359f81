import {
  type DpoOptions,
  dpoVariants,
  groupScales,
  grpoAggregations,
  grpoSettings,
  klEstimators,
  missingEosRules,
  scorePositions,
} from "../../objectives";
import { GroupTrainer, type GroupTrainerOptions } from "../groupTrainer";
import { OnlineDpoTrainer, type OnlineDpoTrainerOptions } from "../onlineDpoTrainer";
import { criticStarts, oldLogpsSources, ppoPresets, whiteningScopes } from "../ppoOptions";
import { PpoTrainer } from "../ppoTrainer";
import type { SamplerInputs } from "../rollouts/sampling";
import { scoreNormalizations } from "../rollouts/scoreNormalizer";
import {
  type Fields,
  flag,
  isObject,
  nonNegative,
  oneOf,
  oneOfNumbers,
  positive,
  share,
  unitInterval,
  whole,
} from "./fields";
import type { Method, MethodInputs } from "./methods";
import { readPrompts } from "./prompts";

/** The keys of every method that samples replies: rounds, or updates, take the place of steps. */
const updateFields: Fields = {
  updates: whole(1),
  promptsPerUpdate: whole(1),
  accumulationSteps: whole(1),
  learningRate: positive,
  warmupUpdates: whole(0),
  floor: share,
  maxGradNorm: positive,
  maxNewTokens: whole(1),
  temperature: positive,
  beta1: share,
  beta2: share,
  epsilon: positive,
  weightDecay: nonNegative,
  missingEos: oneOf(missingEosRules),
  missingEosPenalty: nonNegative,
};

/** Of the methods that go over a round's replies more than once, with a clipped ratio. */
const ratioFields: Fields = {
  epochs: whole(1),
  minibatches: whole(1),
  clipLow: positive,
  clipHigh: positive,
  ddof: oneOfNumbers([0, 1]),
  oldLogps: oneOf(oldLogpsSources),
};

const isController = (value: unknown): boolean =>
  isObject(value) &&
  Object.keys(value).sort().join() === "horizon,target" &&
  Object.values(value).every(positive.accepts);

const ppoFields: Fields = {
  ...updateFields,
  ...ratioFields,
  preset: oneOf(Object.keys(ppoPresets)),
  klCoefficient: nonNegative,
  adaptiveKl: { rule: '{"target": nats above 0, "horizon": episodes above 0}', accepts: isController },
  estimator: oneOf(klEstimators),
  scorePosition: oneOf(scorePositions),
  gamma: unitInterval,
  lambda: unitInterval,
  dualClip: positive,
  logRatioClamp: positive,
  valueClip: positive,
  valueCoefficient: nonNegative,
  whitenAdvantages: oneOf(whiteningScopes),
  whitenRewards: flag,
  scoreNormalization: oneOf(scoreNormalizations),
  scoreClip: positive,
  criticStart: oneOf(criticStarts),
  criticRate: positive,
};

/** Published settings of a group's method, by name. */
const groupPresets: Readonly<Record<string, Partial<GroupTrainerOptions>>> = {
  ...grpoSettings,
  rloo: { method: "rloo" },
};

const groupFields: Fields = {
  ...updateFields,
  ...ratioFields,
  preset: oneOf(Object.keys(groupPresets)),
  samplesPerPrompt: whole(2),
  beta: nonNegative,
  klImportanceWeighting: flag,
  scale: oneOf(groupScales),
  epsilonStd: nonNegative,
  aggregation: oneOf(grpoAggregations),
  maxLength: positive,
  skipEqualGroups: flag,
};

const onlineDpoVariants: readonly NonNullable<DpoOptions["variant"]>[] = dpoVariants;

/** A preset's settings, under those that the configuration names itself. */
function given<Options extends SamplerInputs>(
  { model, tokenizer, data, heldOut, options, reward }: MethodInputs,
  presets: Readonly<Record<string, object>> = {},
): Options {
  const { preset, ...own } = options;
  const settings = preset === undefined ? {} : presets[preset as string];
  return { ...settings, ...own, model, tokenizer, prompts: data, heldOut, reward } as unknown as Options; // checked
}

/** The methods whose replies are sampled from the policy that learns. */
export const samplingMethods: Readonly<Record<string, Method>> = {
  ppo: {
    summary: "PPO with a critic, on prompts; preset openaiLineage or trl for those codes' details",
    fields: ppoFields,
    read: readPrompts,
    judged: true,
    prepare: (inputs) => new PpoTrainer(given(inputs, ppoPresets)),
  },
  group: {
    summary: "several replies to a prompt as each other's baseline; preset grpo, dapo, dr-grpo or rloo",
    fields: groupFields,
    read: readPrompts,
    judged: true,
    prepare: (inputs) => new GroupTrainer(given(inputs, groupPresets)),
  },
  "online-dpo": {
    summary: "DPO on two sampled replies to each prompt, of which the reward chooses one",
    fields: { ...updateFields, beta: positive, variant: oneOf(onlineDpoVariants), labelSmoothing: share },
    read: readPrompts,
    judged: true,
    prepare: (inputs) => new OnlineDpoTrainer(given<OnlineDpoTrainerOptions>(inputs)),
  },
};
