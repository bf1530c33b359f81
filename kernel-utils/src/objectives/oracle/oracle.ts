import { CourseError } from "../../errors";
import { nearestTo } from "../../nearest";
import { exactEntries } from "./entries/exact";
import { preferenceEntries } from "./entries/preference";
import { reinforcementEntries } from "./entries/reinforcement";
import { supervisedEntries } from "./entries/supervised";
import { type Entry, type OptionSpec, type OracleAnswer, pick } from "./entry";
import { checkLengths, checkNames, checkPresence, isObject, readArray, show } from "./fields";

export type { OracleAnswer } from "./entry";

/** `{"inputs": {…}, "options": {…}}` of the contract, with the name and the wish for gradients beside it. */
export interface OracleRequest {
  name: string;
  inputs: unknown;
  options?: unknown;
  grad?: boolean;
}

const entries: Record<string, Entry> = {
  ...supervisedEntries,
  ...preferenceEntries,
  ...reinforcementEntries,
  ...exactEntries,
};

export const oracleNames = Object.keys(entries);

const refuse = (message: string): never => {
  throw new CourseError("bad-value", message);
};

/** The entry of that name; refuses a name the oracle does not know with the nearest, or all it does know. */
export function oracleEntry(name: string): Entry {
  if (typeof name === "string" && Object.hasOwn(entries, name)) return entries[name];
  if (typeof name !== "string")
    return refuse(`align loss: "name" is ${show(name)}; it must be the name of an objective`);
  const nearest = nearestTo(name, oracleNames);
  const way = nearest ? `; did you mean "${nearest}"?` : "";
  return refuse(`align loss: unknown objective "${name}"; known: ${oracleNames.join(", ")}${way}`);
}

/**
 * What a loss should be, in float64: the numeric oracle behind `align loss`.
 * @throws CourseError with one line for an unknown name, missing or extra fields, ragged arrays, NaN, or an option
 * outside its range
 */
export function oracle({ name, inputs, options = {}, grad = false }: OracleRequest): OracleAnswer {
  const entry = oracleEntry(name);
  if (!isObject(inputs)) return refuse(`${name}: "inputs" must be an object of arrays, got ${show(inputs)}`);
  if (!isObject(options)) return refuse(`${name}: "options" must be an object, got ${show(options)}`);
  if (typeof grad !== "boolean") refuse(`${name}: "grad" must be true or false, got ${show(grad)}`);
  if (grad && entry.differentiable.length === 0) {
    refuse(`${name}: is no loss, so it has no gradients; ask without them`);
  }
  checkOptions(name, options, entry.options);
  return entry.answer(readInputs(name, inputs, entry), options, grad);
}

function readInputs(name: string, inputs: Record<string, unknown>, entry: Entry) {
  const specs = entry.inputs;
  const required = Object.keys(specs).filter((field) => !specs[field].optional);
  checkNames(name, "input", Object.keys(inputs), Object.keys(specs), required);
  checkPresence(name, Object.keys(inputs), entry);
  const arrays = pick(Object.keys(inputs), (field) => readArray(`${name}: ${field}`, inputs[field], specs[field]));
  checkLengths(name, arrays, specs);
  return arrays;
}

function checkOptions(name: string, options: Record<string, unknown>, specs: Record<string, OptionSpec>): void {
  checkNames(name, "option", Object.keys(options), Object.keys(specs), []);
  for (const [option, value] of Object.entries(options)) {
    const { kind } = specs[option];
    const fits = typeof value === kind && (kind !== "number" || Number.isFinite(value));
    if (!fits) refuse(`${name}: option ${option} is ${show(value)}; it must be a ${kind}`);
  }
}
