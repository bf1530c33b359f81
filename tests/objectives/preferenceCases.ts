/** Random requests for every objective and option of the supervised and the preference family, at several scales. */
import type * as tf from "@tensorflow/tfjs";
import {
  bco,
  cpo,
  type DpoOptions,
  divergenceNames,
  dpo,
  dpoVariants,
  gammaMeanings,
  ipo,
  ipoLogps,
  kto,
  onlineDpo,
  orpo,
  rewardModel,
  sft,
  sftReductions,
  simpo,
  slic,
} from "../../kernel-utils/src/objectives";
import { variantRow } from "../../kernel-utils/src/objectives/dpoVariants";
import { Random } from "../../kernel-utils/src/tensor/random";
import type { OracleCase, Rows, TensorLoss } from "./compare";

const random = new Random("oracle tests");
const batch = 5;
/** Multiples of 2⁻¹⁰: their differences are exact in float32 too, so that only the formulas are compared. */
const uniform = (scale: number): number => -(Math.ceil(1024 * scale * random.uniform()) || 1) / 1024;
const vector = (scale: number, length = batch): number[] => Array.from({ length }, () => uniform(scale));
const fields = (names: string[], scale: number) => Object.fromEntries(names.map((name) => [name, vector(scale)]));
const lengths = (): number[] => Array.from({ length: batch }, () => 1 + Math.floor(9 * random.uniform()));
const labels = [true, false, false, true, false];
const scales = [1, 40, 800];

const pairFields = ["policyChosenLogps", "policyRejectedLogps", "referenceChosenLogps", "referenceRejectedLogps"];
const pairInputs = (scale: number): Record<string, Rows> => ({
  ...fields(pairFields, scale),
  chosenLengths: lengths(),
  rejectedLengths: lengths(),
});

/** Options of dpo that the variant takes. */
function dpoOptions(variant: DpoOptions["variant"] & string): DpoOptions[] {
  const row = variantRow(variant);
  const options: DpoOptions[] = [{}, { beta: 0.5, labelSmoothing: 0.2 }, { referenceFree: true }];
  if (row.margin === "scores" || row.margin === "mean-scores") options.push({ lengthPenalty: 0.03, beta: 0.2 });
  if (row.divergences) {
    options.push(...divergenceNames.map((divergence) => ({ divergence })));
    options.push(...[0, 0.9, 1, 1.5].map((alpha): DpoOptions => ({ divergence: "alpha", alpha })));
    options.push({ divergence: "js", referenceFree: true });
  }
  if (variant === "discopop") options.push({ discopopTau: 2 });
  return options;
}

const dpoCases: OracleCase[] = scales.flatMap((scale) =>
  dpoVariants.flatMap((variant) =>
    dpoOptions(variant).map((options) => ({
      name: "dpo",
      options: { variant, ...options },
      inputs: pairInputs(scale),
    })),
  ),
);

const cross = (name: string, options: object[], inputs: (scale: number) => Record<string, Rows>): OracleCase[] =>
  scales.flatMap((scale) => options.map((option) => ({ name, options: { ...option }, inputs: inputs(scale) })));

const meanFields = ["chosenMeanLogps", "rejectedMeanLogps"];
const sumFields = ["chosenLogps", "rejectedLogps"];
const labelledFields = ["policyLogps", "referenceLogps"];
const onlineFields = ["policyFirstLogps", "policySecondLogps", "referenceFirstLogps", "referenceSecondLogps"];
const positive = (): number[] => vector(9).map(Math.abs);

const otherCases: OracleCase[] = [
  ...cross("reward-model", [{}, { centering: 0.01 }], (scale) => fields(["chosenRewards", "rejectedRewards"], scale)),
  ...cross("reward-model", [{ centering: 0.3 }], (scale) =>
    fields(["chosenRewards", "rejectedRewards", "margins"], scale),
  ),
  ...cross(
    "ipo",
    ipoLogps.flatMap((logps) => [{ logps }, { logps, tau: 0.7 }]),
    pairInputs,
  ),
  ...cross("kto", [{}, { beta: 0.4, desirableWeight: 1.5, undesirableWeight: 0.25 }], (scale) => ({
    ...fields([...labelledFields, "klPolicyLogps", "klReferenceLogps"], scale),
    desirable: labels,
  })),
  ...[true, false].flatMap((only) =>
    cross("kto", [{}], (scale) => ({
      ...fields([...labelledFields, "klPolicyLogps", "klReferenceLogps"], scale),
      desirable: labels.map(() => only),
    })),
  ),
  ...cross("bco", [{ delta: 0.3 }, { delta: -2, beta: 0.4 }], (scale) => ({
    ...fields(labelledFields, scale),
    desirable: labels,
  })),
  ...cross("orpo", [{}, { lambda: 2 }, { lambda: 0 }], (scale) => ({
    ...fields(meanFields, scale),
    chosenNll: positive(),
  })),
  ...cross("orpo", [{ lambda: 1 }], (scale) => ({ ...fields(meanFields, scale), chosenNll: 2.5 })),
  ...cross(
    "simpo",
    gammaMeanings.flatMap((gammaMeaning) => [
      { gammaMeaning },
      { gammaMeaning, beta: 0.3, gamma: 0.2, labelSmoothing: 0.1 },
    ]),
    (scale) => fields(meanFields, scale),
  ),
  ...cross("cpo", [{}, { beta: 0.4, alpha: 0.2, labelSmoothing: 0.1 }], (scale) => ({
    ...fields(sumFields, scale),
    chosenNll: positive(),
  })),
  ...cross("cpo", [{}], (scale) => ({ ...fields(sumFields, scale), chosenNll: 1.25 })),
  ...cross("slic", [{}, { delta: 12.3 }], (scale) => fields(sumFields, scale)),
  ...cross("slic", [{ lambda: 0.1 }], (scale) => ({ ...fields(sumFields, scale), chosenNll: positive() })),
  ...cross("online-dpo", [{}, { variant: "ipo", beta: 0.3 }], (scale) =>
    fields(["firstRewards", "secondRewards", ...onlineFields], scale),
  ),
];

/** Probabilities within 1e-8 of 1: the odds are 10⁸, and a naive log(1 − eᵃ) has no digits left. */
const certain = (): number[] => Array.from({ length: batch }, () => Math.fround(-1e-8 * (1 + random.uniform())));
const extremeCases: OracleCase[] = [
  {
    name: "orpo",
    options: { lambda: 1 },
    inputs: { chosenMeanLogps: certain(), rejectedMeanLogps: vector(3), chosenNll: 1 },
  },
  {
    name: "orpo",
    options: { lambda: 1 },
    inputs: { chosenMeanLogps: vector(3), rejectedMeanLogps: certain(), chosenNll: 1 },
  },
];

const sftCases: OracleCase[] = sftReductions.map((reduction) => ({
  name: "sft",
  options: { reduction },
  inputs: {
    tokenLogps: [vector(30, 4), certain().slice(0, 4), vector(5, 4)],
    mask: [
      [0, 1, 1, 0],
      [1, 1, 1, 1],
      [0, 0, 0, 0],
    ],
  },
}));

export const preferenceCases = [...dpoCases, ...otherCases, ...extremeCases, ...sftCases];

type Tensors = Record<string, tf.Tensor>;
const takes =
  <Inputs, Options>(objective: (inputs: Inputs, options: Options) => { loss: tf.Tensor }): TensorLoss =>
  (inputs: Tensors, options) =>
    objective(inputs as unknown as Inputs, options as unknown as Options).loss;

/** The tensor function of each name. */
export const tensorLosses: Record<string, TensorLoss> = {
  sft: ({ tokenLogps, mask }, options) => sft(tokenLogps, mask, options).loss,
  "reward-model": takes(rewardModel),
  dpo: takes(dpo),
  ipo: takes(ipo),
  kto: takes(kto),
  bco: takes(bco),
  orpo: takes(orpo),
  simpo: takes(simpo),
  cpo: takes(cpo),
  slic: takes(slic),
  "online-dpo": takes(onlineDpo),
};
