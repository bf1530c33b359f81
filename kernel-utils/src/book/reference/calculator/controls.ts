import { aboutObjective } from "../../../objectives/oracle/about";
import type { Range } from "../../../objectives/oracle/entry";
import type { FieldSpec } from "../../../objectives/oracle/fields";
import { oracleEntry } from "../../../objectives/oracle/oracle";

export interface InputControl {
  field: string;
  /** "[B][T]" */
  shape: string;
  says: string;
  optional: boolean;
}

export interface OptionControl {
  option: string;
  kind: "number" | "boolean" | "string";
  says: string;
  default?: number | boolean | string;
  choices?: readonly string[];
  /** What an <input type="number"> takes: bounds that belong to the range, and a step that suits them. */
  min?: number;
  max?: number;
  step?: number | "any";
}

export interface Controls {
  summary: string;
  inputs: InputControl[];
  options: OptionControl[];
  differentiable: readonly string[];
  exampleSays?: string;
}

/** What a reader can set, from the entry of the oracle. */
export function controlsOf(name: string): Controls {
  const { summary, inputs, options, differentiable } = oracleEntry(name);
  return {
    summary,
    differentiable,
    exampleSays: aboutObjective(name).exampleSays,
    inputs: Object.entries(inputs).map(([field, spec]) => ({
      field,
      shape: shapeOf(spec),
      says: limited(spec),
      optional: spec.optional ?? false,
    })),
    options: Object.entries(options).map(([option, { range, ...spec }]) => ({ option, ...spec, ...limits(range) })),
  };
}

const shapeOf = ({ axes }: FieldSpec): string => axes.map((axis) => `[${axis}]`).join("");

const kinds = { binary: "0 or 1", boolean: "true or false", count: "whole numbers", nullable: "numbers or null" };
const limited = ({ says, entries }: FieldSpec): string => (entries ? `${says} (${kinds[entries]})` : says);

const limits = (range: Range | undefined): Pick<OptionControl, "min" | "max" | "step"> =>
  range ? { min: range.from ?? range.above, max: range.to ?? range.below, step: range.whole ? 1 : "any" } : {};
