import type * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import { nearestTo } from "../nearest";
import { cpo, dpo, ipo, type ObjectiveResult, orpo, type PairLogps, simpo, slic } from "../objectives";
import { type CpoOptions, cpoDefaults } from "../objectives/cpo";
import { type DpoOptions, dpoDefaults } from "../objectives/dpo";
import { type IpoOptions, ipoDefaults } from "../objectives/ipo";
import { type OrpoOptions, orpoDefaults } from "../objectives/orpo";
import { type SimpoOptions, simpoDefaults } from "../objectives/simpo";
import { type SlicOptions, slicDefaults } from "../objectives/slic";

/** Everything that an objective of the family may want of a batch of pairs, from one forward pass; each [B]. */
export interface PairBatch extends PairLogps<tf.Tensor1D> {
  /** Completion tokens, EOS included. */
  chosenLengths: tf.Tensor1D;
  rejectedLengths: tf.Tensor1D;
  /** Log-probs a token, nats. */
  chosenMeanLogps: tf.Tensor1D;
  rejectedMeanLogps: tf.Tensor1D;
  /**
   * −chosenMeanLogps: the chosen reply's negative log-likelihood a token, the prompt not counted. TRL's ORPO and CPO
   * average over the batch's tokens instead, and ORPO there counts the prompt.
   */
  chosenNll: tf.Tensor1D;
}

interface PairObjective<Options> {
  defaults: Options;
  /** Where false the reference is not even run. */
  hasReference: boolean;
  loss(batch: PairBatch, options: Options): ObjectiveResult<tf.Tensor1D, tf.Scalar>;
}

/** Keeps the options of each row apart. */
const row = <Options>(objective: PairObjective<Options>): PairObjective<Options> => objective;

const pairLogps = (batch: PairBatch) => {
  const { policyChosenLogps, policyRejectedLogps, referenceChosenLogps, referenceRejectedLogps } = batch;
  const { chosenLengths, rejectedLengths } = batch;
  const logps = { policyChosenLogps, policyRejectedLogps, referenceChosenLogps, referenceRejectedLogps };
  return { ...logps, chosenLengths, rejectedLengths };
};
const means = ({ chosenMeanLogps, rejectedMeanLogps }: PairBatch) => ({ chosenMeanLogps, rejectedMeanLogps });
const sums = ({ policyChosenLogps, policyRejectedLogps, chosenNll }: PairBatch) => ({
  chosenLogps: policyChosenLogps,
  rejectedLogps: policyRejectedLogps,
  chosenNll,
});

/** The objectives that train on pairs, by name. Every loss is a mean over pairs, so parts of a batch add up to it. */
export const pairObjectives = {
  dpo: row<DpoOptions>({ defaults: dpoDefaults, hasReference: true, loss: (b, o) => dpo(pairLogps(b), o) }),
  ipo: row<IpoOptions>({ defaults: ipoDefaults, hasReference: true, loss: (b, o) => ipo(pairLogps(b), o) }),
  orpo: row<OrpoOptions>({
    defaults: orpoDefaults,
    hasReference: false,
    loss: (b, o) => orpo({ ...means(b), chosenNll: b.chosenNll }, o),
  }),
  simpo: row<SimpoOptions>({ defaults: simpoDefaults, hasReference: false, loss: (b, o) => simpo(means(b), o) }),
  cpo: row<CpoOptions>({ defaults: cpoDefaults, hasReference: false, loss: (b, o) => cpo(sums(b), o) }),
  slic: row<SlicOptions>({ defaults: slicDefaults, hasReference: false, loss: (b, o) => slic(sums(b), o) }),
};

export type PairObjectiveName = keyof typeof pairObjectives;
export const pairObjectiveNames = Object.keys(pairObjectives) as PairObjectiveName[];

/** The options that any of them takes, under one roof: a trainer's user names the objective and its options side by side. */
export type PairObjectiveOptions = DpoOptions & IpoOptions & OrpoOptions & SimpoOptions & CpoOptions & SlicOptions;

const optionNames: string[] = [
  ...new Set(pairObjectiveNames.flatMap((name) => Object.keys(pairObjectives[name].defaults))),
];

export interface ChosenObjective {
  hasReference: boolean;
  loss: (batch: PairBatch) => ObjectiveResult<tf.Tensor1D, tf.Scalar>;
  /** Its name and options, defaults filled in. */
  config: Record<string, unknown>;
}

/** Takes an objective's own options from among a trainer's, and refuses those of another objective. */
export function chooseObjective(method: string, name: PairObjectiveName, given: object): ChosenObjective {
  if (!Object.hasOwn(pairObjectives, name)) {
    const near = nearestTo(String(name), pairObjectiveNames);
    const hint = near ? `did you mean ${near}?` : `use one of ${pairObjectiveNames.join(", ")}`;
    throw new CourseError("bad-value", `${method}: objective is "${name}"; ${hint}`);
  }
  const { defaults, hasReference, loss } = pairObjectives[name] as PairObjective<object>;
  const set = Object.entries(given).filter(([option, value]) => optionNames.includes(option) && value !== undefined);
  const foreign = set.find(([option]) => !Object.hasOwn(defaults, option));
  if (foreign) {
    const known = Object.keys(defaults).join(", ");
    throw new CourseError("bad-value", `${method}: objective ${name} has no option ${foreign[0]}; it takes ${known}`);
  }
  const options = { ...defaults, ...Object.fromEntries(set) };
  return { hasReference, loss: (batch) => loss(batch, options), config: { objective: name, ...options } };
}

/** The trainer's options that are no objective's. */
export const withoutObjectiveOptions = <T extends object>(options: T): Omit<T, keyof PairObjectiveOptions> =>
  Object.fromEntries(Object.entries(options).filter(([name]) => !optionNames.includes(name))) as Omit<
    T,
    keyof PairObjectiveOptions
  >;
