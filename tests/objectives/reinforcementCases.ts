/** Random requests for every objective and option of the reinforcement family. */
import type * as tf from "@tensorflow/tfjs";
import {
  gae,
  groupAdvantages,
  groupScales,
  grpo,
  grpoAggregations,
  kl,
  klEstimators,
  missingEosRules,
  ppo,
  ppoRewards,
  rloo,
  scorePositions,
  whiten,
} from "../../kernel-utils/src/objectives";
import { Random } from "../../kernel-utils/src/tensor/random";
import type { OracleCase, Rows, TensorLoss } from "./compare";

const random = new Random("reinforcement tests");
/** Multiples of 2⁻¹⁰: their differences are exact in float32 too, so that only the formulas are compared. */
const between = (low: number, high: number): number => low + Math.round(1024 * (high - low) * random.uniform()) / 1024;
const rows = (make: () => number, width = 4, height = 4): number[][] =>
  Array.from({ length: height }, () => Array.from({ length: width }, make));

/** Log-ratios on both sides of every clip, never within 0.03 of one, where the loss has a kink and no slope. */
const offsets = [-0.5, -0.3125, -0.125, -0.03125, 0.03125, 0.125, 0.3125, 0.5];
const moved = (base: number[][], by = offsets): number[][] =>
  base.map((row) => row.map((logp) => logp + by[random.integer(by.length)]));
/** A full row, a short one, one with a gap, and one where nothing counts. */
const mask = [
  [1, 1, 1, 1],
  [1, 1, 0, 0],
  [1, 0, 1, 0],
  [0, 0, 0, 0],
];

const klCases: OracleCase[] = klEstimators.flatMap((estimator) =>
  [{}, { inputClamp: 2, outputClamp: 3 }].flatMap((options) =>
    [1, 8].map((scale) => ({
      name: "kl",
      options: { estimator, ...options },
      inputs: { logps: rows(() => between(-scale, 0)), referenceLogps: rows(() => between(-scale, 0)) },
    })),
  ),
);
klCases.push({ name: "kl", options: {}, inputs: { logps: [-1, -2.5], referenceLogps: [-3, -2] } });

function ppoInputs(by = offsets): Record<string, Rows> {
  const oldLogps = rows(() => between(-6, -1));
  const oldValues = rows(() => between(-1, 1));
  return {
    logps: moved(oldLogps, by),
    oldLogps,
    advantages: rows(() => between(-3, 3)),
    mask,
    values: moved(oldValues),
    oldValues,
    returns: rows(() => between(-2, 2)),
    valueMask: mask.map((row) => [...row].reverse()),
  };
}
const ppoCases: OracleCase[] = [
  {},
  { clipLow: 0.1, clipHigh: 0.28 },
  { dualClip: 1.5 },
  { valueClip: 0.4, valueCoefficient: 2 },
  { logRatioClamp: 0.4 },
].map((options) => ({ name: "ppo", options, inputs: ppoInputs() }));
/** Ratios of e^±20 and beyond, where the clamp holds them. */
ppoCases.push({ name: "ppo", options: {}, inputs: ppoInputs([-40, -19, 19, 40]) });
const { logps, oldLogps, advantages } = ppoInputs();
ppoCases.push({ name: "ppo", options: {}, inputs: { logps, oldLogps, advantages, mask } });

function grpoInputs(): Record<string, Rows> {
  const old = rows(() => between(-6, -1));
  return {
    rewards: rows(() => between(-2, 2), 2, 2),
    logps: moved(old),
    oldLogps: old,
    referenceLogps: moved(old),
    mask,
  };
}
const grpoCases: OracleCase[] = grpoAggregations.flatMap((aggregation) => [
  ...groupScales.map((scale) => ({ name: "grpo", options: { aggregation, scale }, inputs: grpoInputs() })),
  { name: "grpo", options: { aggregation, beta: 0.5, ddof: 0, epsilonStd: 0.1 }, inputs: grpoInputs() },
  { name: "grpo", options: { aggregation, beta: 0.5, klImportanceWeighting: true }, inputs: grpoInputs() },
  { name: "grpo", options: { aggregation, clipLow: 0.05, clipHigh: 0.4, beta: 0 }, inputs: grpoInputs() },
]);
grpoCases.push({ name: "grpo", options: { aggregation: "fixed-length", maxLength: 10 }, inputs: grpoInputs() });

/** Those that give a loss. */
export const reinforcementCases = [...klCases, ...ppoCases, ...grpoCases];

export const tensorLosses: Record<string, TensorLoss> = {
  kl: (inputs, options) => kl(inputs as unknown as Parameters<typeof kl>[0], options).loss,
  ppo: (inputs, options) => ppo(inputs as unknown as Parameters<typeof ppo>[0], options).loss,
  grpo: (inputs, options) => grpo(inputs as unknown as Parameters<typeof grpo>[0], options).loss,
};

const tokens = () => rows(() => between(-3, 3));
/** Those that give arrays and no loss: each field of the answer is compared. */
export const arrayCases: OracleCase[] = [
  ...[{}, { gamma: 0.9, lambda: 0.5 }, { whiten: true, ddof: 0 }, { whiten: true, shiftMean: false }].map(
    (options) => ({
      name: "gae",
      options,
      inputs: { rewards: tokens(), values: tokens(), mask },
    }),
  ),
  { name: "gae", options: {}, inputs: { rewards: tokens(), values: tokens() } },
  ...[{}, { ddof: 0 }, { shiftMean: false }].map((options) => ({
    name: "whiten",
    options,
    inputs: { values: tokens(), mask },
  })),
  ...klEstimators.flatMap((estimator) =>
    scorePositions.flatMap((scorePosition) =>
      missingEosRules.map((missingEos) => ({
        name: "ppo-rewards",
        options: { estimator, scorePosition, missingEos, klCoefficient: 0.2, missingEosPenalty: 2 },
        inputs: {
          logps: tokens(),
          referenceLogps: tokens(),
          scores: [1, -2, 3, 4],
          lengths: [4, 2, 1, 3],
          containsEos: [true, false, false, true],
        },
      })),
    ),
  ),
  { name: "rloo", options: { beta: 0.1 }, inputs: { rewards: tokens(), sequenceKl: tokens() } },
  ...groupScales.map((scale) => ({ name: "grpo", options: { scale }, inputs: { rewards: tokens() } })),
];

type Tensors = Record<string, tf.Tensor>;
export const tensorArrays: Record<string, (inputs: Tensors, request: OracleCase) => Tensors> = {
  gae: (inputs, { options }) => gae(inputs as unknown as Parameters<typeof gae>[0], options),
  whiten: (inputs, { options }) => whiten(inputs as unknown as Parameters<typeof whiten>[0], options),
  "ppo-rewards": ({ logps: policy, referenceLogps, scores }, { inputs, options }) => {
    const lengths = inputs.lengths as number[];
    const containsEos = inputs.containsEos as boolean[];
    const { rewards, kl: perReply } = ppoRewards(
      { logps: policy, referenceLogps, scores, lengths, containsEos },
      options,
    );
    return { rewards, kl: perReply };
  },
  rloo: (inputs, { options }) => rloo(inputs as unknown as Parameters<typeof rloo>[0], options),
  grpo: ({ rewards }, { options }) => ({ advantages: groupAdvantages(rewards, options) }),
};
