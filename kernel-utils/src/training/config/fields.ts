import { CourseError, shown } from "../../errors";
import { nearestTo } from "../../nearest";

/** One key of a configuration: what its value must be, in words and as a test. */
export interface Field {
  rule: string;
  accepts: (value: unknown) => boolean;
  required?: boolean;
}

export type Fields = Readonly<Record<string, Field>>;

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

export const positive: Field = { rule: "a number above 0", accepts: (value) => isNumber(value) && value > 0 };
export const nonNegative: Field = { rule: "a number of 0 or more", accepts: (value) => isNumber(value) && value >= 0 };
export const anyNumber: Field = { rule: "a number", accepts: isNumber };
export const share: Field = { rule: "in [0, 1)", accepts: (value) => isNumber(value) && value >= 0 && value < 1 };
export const unitInterval: Field = {
  rule: "in [0, 1]",
  accepts: (value) => isNumber(value) && value >= 0 && value <= 1,
};
export const flag: Field = { rule: "true or false", accepts: (value) => typeof value === "boolean" };
export const text: Field = { rule: "a text", accepts: (value) => typeof value === "string" && value !== "" };
export const whole = (least: number): Field => ({
  rule: `a whole number of ${least} or more`,
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= least,
});
export const oneOf = (names: readonly string[]): Field => ({
  rule: `one of ${names.join(", ")}`,
  accepts: (value) => names.includes(value as string),
});
export const oneOfNumbers = (values: readonly number[]): Field => ({
  rule: values.join(" or "),
  accepts: (value) => values.includes(value as number),
});
export const listOf = (names: readonly string[]): Field => ({
  rule: `a list of ${names.join(", ")}`,
  accepts: (value) => Array.isArray(value) && value.length > 0 && value.every((entry) => names.includes(entry)),
});
export const required = (field: Field): Field => ({ ...field, required: true });

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Refuses unknown keys with the nearest known one, values outside their range, and missing keys. @param where names the file */
export function checkFields(where: string, value: JsonObject, fields: Fields): void {
  const known = Object.keys(fields);
  for (const [name, given] of Object.entries(value)) {
    if (!Object.hasOwn(fields, name)) {
      const near = nearestTo(name, known);
      const hint = near ? `did you mean "${near}"?` : `known: ${known.join(", ")}`;
      throw new CourseError("bad-value", `${where}: unknown key ${shown(name)}; ${hint}`);
    }
    if (fields[name].accepts(given)) continue;
    throw new CourseError("bad-value", `${where}: ${name} is ${shown(given)}; it must be ${fields[name].rule}`);
  }
  const missing = known.find((name) => fields[name].required && value[name] === undefined);
  if (missing === undefined) return;
  throw new CourseError("bad-value", `${where}: "${missing}" is missing; it must be ${fields[missing].rule}`);
}
