import { CourseError } from "../../errors";

/** Numbers as JSON gives them: one, a row, a table, or a stack of tables. */
export type Nested = number | Nested[];

/** A checked rectangular array: entries row by row, and its shape. */
export interface FloatArray {
  values: number[];
  shape: number[];
}

export interface FieldSpec {
  /** Axis names, as in ["B", "T"]; the same name must have the same length in every field of a request. */
  axes: string[];
  optional?: boolean;
  /** 0 or 1 only. */
  binary?: boolean;
}

const refuse = (message: string): never => {
  throw new CourseError("bad-value", message);
};

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
};

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Refuses names that are not wanted, listing those that are, and names what is missing. */
export function checkNames(where: string, kind: string, given: string[], known: string[], required: string[]): void {
  for (const name of given) {
    if (!known.includes(name)) refuse(`${where}: unknown ${kind} "${name}"; known: ${known.join(", ") || "none"}`);
  }
  const missing = required.filter((name) => !given.includes(name));
  if (missing.length > 0) refuse(`${where}: missing ${kind} ${missing.map((name) => `"${name}"`).join(", ")}`);
}

/** Reads a rectangular array of finite numbers, or says where it is not one. */
export function readArray(where: string, value: unknown, { axes, binary }: FieldSpec): FloatArray {
  const shape: number[] = [];
  const values: number[] = [];
  const visit = (entry: unknown, depth: number, place: string): void => {
    if (depth === axes.length) {
      values.push(readNumber(place, entry, binary));
    } else if (!Array.isArray(entry)) {
      refuse(`${place}: expected an array [${axes.join(",")}], got ${show(entry)}`);
    } else {
      shape[depth] ??= entry.length;
      if (entry.length !== shape[depth]) {
        refuse(`${place}: ragged array, ${entry.length} entries where the first row has ${shape[depth]}`);
      }
      for (const [index, item] of entry.entries()) visit(item, depth + 1, `${place}[${index}]`);
    }
  };
  visit(value, 0, where);
  if (shape.length < axes.length || shape.includes(0)) refuse(`${where}: is empty; give at least one entry an axis`);
  return { values, shape };
}

function readNumber(place: string, entry: unknown, binary = false): number {
  if (typeof entry !== "number" || !Number.isFinite(entry)) {
    return refuse(`${place}: expected a finite number, got ${entry === null ? "null (NaN?)" : show(entry)}`);
  }
  if (binary && entry !== 0 && entry !== 1) refuse(`${place}: expected 0 or 1, got ${entry}`);
  return entry;
}

/** Refuses fields whose shared axes differ in length. */
export function checkLengths(
  where: string,
  arrays: Record<string, FloatArray>,
  specs: Record<string, FieldSpec>,
): void {
  const lengths = new Map<string, { field: string; length: number }>();
  for (const [field, { shape }] of Object.entries(arrays)) {
    specs[field].axes.forEach((axis, i) => {
      const first = lengths.get(axis);
      if (!first) lengths.set(axis, { field, length: shape[i] });
      else if (first.length !== shape[i]) {
        refuse(
          `${where}: ${field} has ${shape[i]} along ${axis}, ${first.field} has ${first.length}; they must be equal`,
        );
      }
    });
  }
}

/** Back from rows to the nesting of JSON. */
export function nest(values: ArrayLike<number>, shape: readonly number[]): Nested {
  if (shape.length === 0) return values[0];
  const [length, ...rest] = shape;
  const stride = rest.reduce((product, n) => product * n, 1);
  return Array.from({ length }, (_, i) => nest(Array.prototype.slice.call(values, i * stride, (i + 1) * stride), rest));
}
