/** Random batches for the property tests of the preference family, and a question to the oracle with its answer typed. */
import fc from "fast-check";
import { oracle } from "../../kernel-utils/src/objectives";

fc.configureGlobal({ seed: 6 }); // same cases on every machine

export type Inputs = Record<string, unknown[] | number>;
export interface Answer {
  loss: number;
  perExample: number[];
  logits: number[];
  metrics: Record<string, number>;
  gradients: Record<string, number[]>;
}
export const ask = (name: string, inputs: Inputs, options: object = {}): Answer =>
  oracle({ name, inputs, options: { ...options }, grad: true }) as unknown as Answer;
export const lossOf = (name: string, inputs: Inputs, options: object = {}): number => ask(name, inputs, options).loss;

/** Equal up to the rounding of float64 sums in another order. */
export const expectSame = (a: number, b: number, tolerance = 1e-11): void =>
  expect(Math.abs(a - b)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(a), Math.abs(b)));

export const logp = fc.double({ min: -60, max: -1e-3, noNaN: true });
export const reward = fc.double({ min: -30, max: 30, noNaN: true });
export const beta = fc.double({ min: 0.01, max: 2, noNaN: true });
export const length = fc.integer({ min: 1, max: 50 });
export const nll = fc.double({ min: 0, max: 9, noNaN: true });

/** A batch as one record an example, so that examples can be moved, dropped and doubled. */
export const examples = <T>(fields: { [field in keyof T]: fc.Arbitrary<T[field]> }) =>
  fc.array(fc.record(fields), { minLength: 1, maxLength: 6 });
export type Example = Record<string, unknown>;
export const columns = (rows: readonly Example[]): Inputs =>
  Object.fromEntries(Object.keys(rows[0]).map((field) => [field, rows.map((row) => row[field])]));

export const pair = {
  policyChosenLogps: logp,
  policyRejectedLogps: logp,
  referenceChosenLogps: logp,
  referenceRejectedLogps: logp,
  chosenLengths: length,
  rejectedLengths: length,
};
export const pairs = examples(pair);
export type Pair = { [field in keyof typeof pair]: number };
export const means = { chosenMeanLogps: logp, rejectedMeanLogps: logp };
export const sums = { chosenLogps: logp, rejectedLogps: logp };
export const labelled = { policyLogps: logp, referenceLogps: logp, desirable: fc.boolean() };
