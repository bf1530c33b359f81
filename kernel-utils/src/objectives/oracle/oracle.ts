import { CourseError } from "../../errors";
import { type Float64Node, float64Arithmetic, leaf } from "../arithmetic/float64";
import { type DpoOptions, dpoWith, type PairLogps } from "../dpo";
import type { ObjectiveResult } from "../result";
import { type SftOptions, sftWith } from "../sft";
import {
  checkLengths,
  checkNames,
  type FieldSpec,
  type FloatArray,
  isObject,
  type Nested,
  nest,
  readArray,
} from "./fields";
import { sequenceLogpsAnswer } from "./sequenceLogps";

/** `{"inputs": {…}, "options": {…}}` of the contract, with the name and the wish for gradients beside it. */
export interface OracleRequest {
  name: string;
  inputs: unknown;
  options?: unknown;
  grad?: boolean;
}

/** Plain JSON: `loss`, `perExample`, `metrics`, what the objective adds, and `gradients` when asked for. */
export type OracleAnswer = Record<string, unknown>;

type OptionKind = "number" | "boolean" | "string";

interface Entry {
  inputs: Record<string, FieldSpec>;
  /** Fields the loss can be differentiated by. */
  differentiable: string[];
  options: Record<string, OptionKind>;
  answer(arrays: Record<string, FloatArray>, options: Record<string, unknown>, grad: boolean): OracleAnswer;
}

/** An entry for an objective written against {@link float64Arithmetic}. */
function objective(
  spec: Omit<Entry, "answer">,
  formula: (nodes: Record<string, Float64Node>, options: Record<string, unknown>) => ObjectiveResult<Float64Node>,
): Entry {
  return {
    ...spec,
    answer(arrays, options, grad) {
      const nodes = mapValues(arrays, ({ values, shape }) => leaf(values, shape));
      const { metrics, ...result } = formula(nodes, options);
      const answer = { ...mapValues(result, nodeToJson), metrics: mapValues(metrics, nodeToJson) };
      if (!grad) return answer;
      result.loss.backward();
      const wanted = spec.differentiable.filter((field) => field in nodes);
      return { ...answer, gradients: pick(wanted, (field) => nest(nodes[field].gradient, nodes[field].shape)) };
    },
  };
}

const perExampleSum: FieldSpec = { axes: ["B"] };
const pairFields = ["policyChosenLogps", "policyRejectedLogps", "referenceChosenLogps", "referenceRejectedLogps"];

const entries: Record<string, Entry> = {
  "sequence-logps": {
    inputs: { logits: { axes: ["B", "T", "V"] }, labels: { axes: ["B", "T"] } },
    differentiable: [],
    options: { ignoreIndex: "number" },
    answer: ({ logits, labels }, { ignoreIndex = -100 }) => sequenceLogpsAnswer(logits, labels, ignoreIndex as number),
  },
  sft: objective(
    {
      inputs: { tokenLogps: { axes: ["B", "T"] }, mask: { axes: ["B", "T"], binary: true } },
      differentiable: ["tokenLogps"],
      options: { reduction: "string" },
    },
    ({ tokenLogps, mask }, options) => sftWith(float64Arithmetic, tokenLogps, mask, options as SftOptions),
  ),
  dpo: objective(
    {
      inputs: pick(pairFields, () => perExampleSum),
      differentiable: pairFields,
      options: { beta: "number", variant: "string", labelSmoothing: "number", referenceFree: "boolean" },
    },
    (nodes, options) => dpoWith(float64Arithmetic, nodes as unknown as PairLogps<Float64Node>, options as DpoOptions),
  ),
};

export const oracleNames = Object.keys(entries);

/** Refuses a name the oracle does not know, listing those it does. */
export function checkOracleName(name: string): void {
  if (Object.hasOwn(entries, name)) return;
  throw new CourseError("bad-value", `align loss: unknown objective "${name}"; known: ${oracleNames.join(", ")}`);
}

/**
 * What a loss should be, in float64: the numeric oracle behind `align loss`.
 * @throws CourseError with one line for an unknown name, missing or extra fields, ragged arrays, NaN, or an option
 * outside its range
 */
export function oracle({ name, inputs, options = {}, grad = false }: OracleRequest): OracleAnswer {
  checkOracleName(name);
  const entry = entries[name];
  if (!isObject(inputs)) throw new CourseError("bad-value", `${name}: "inputs" must be an object of arrays`);
  if (!isObject(options)) throw new CourseError("bad-value", `${name}: "options" must be an object`);
  if (grad && entry.differentiable.length === 0) {
    throw new CourseError("bad-value", `${name}: is no loss, so it has no gradients; ask without them`);
  }
  checkOptions(name, options, entry.options);
  return entry.answer(readInputs(name, inputs, entry.inputs), options, grad);
}

function readInputs(name: string, inputs: Record<string, unknown>, specs: Record<string, FieldSpec>) {
  const required = Object.keys(specs).filter((field) => !specs[field].optional);
  checkNames(name, "input", Object.keys(inputs), Object.keys(specs), required);
  const arrays = pick(Object.keys(inputs), (field) => readArray(`${name}: ${field}`, inputs[field], specs[field]));
  checkLengths(name, arrays, specs);
  return arrays;
}

function checkOptions(name: string, options: Record<string, unknown>, kinds: Record<string, OptionKind>): void {
  checkNames(name, "option", Object.keys(options), Object.keys(kinds), []);
  for (const [option, value] of Object.entries(options)) {
    if (typeof value === kinds[option] && !Number.isNaN(value)) continue;
    throw new CourseError(
      "bad-value",
      `${name}: option ${option} is ${JSON.stringify(value)}; it must be a ${kinds[option]}`,
    );
  }
}

const nodeToJson = (node: Float64Node): Nested => nest(node.values, node.shape);

function pick<T>(names: string[], make: (name: string) => T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, make(name)]));
}

function mapValues<T, U>(record: Record<string, T> | ObjectiveFields<T>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record as Record<string, T>).map(([key, value]) => [key, change(value)]));
}

type ObjectiveFields<T> = Omit<ObjectiveResult<T>, "metrics">;
