import { CourseError } from "../../errors";
import { nearestTo } from "../../nearest";

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
  /** Another number of axes that is taken too. */
  orAxes?: string[];
  optional?: boolean;
  /**
   * What an entry may be: a finite number (default), 0 or 1, true or false (read as 1 and 0), a whole number
   * from 0, a number or null (NaN).
   */
  entries?: "binary" | "boolean" | "count" | "nullable";
  /** A plain number is taken too: one for the whole batch; its shape is []. */
  orScalar?: boolean;
  /** Entries must be below 0, as the log of a probability that is not 1. */
  negative?: boolean;
  /** One line for `--help`: meaning and units. */
  says: string;
}

const refuse = (message: string): never => {
  throw new CourseError("bad-value", message);
};

/** A value as JSON for an error message, cut to one short line. */
export const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
};

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Refuses names that are not wanted, offering the nearest and listing those that are, and names what is missing. */
export function checkNames(where: string, kind: string, given: string[], known: string[], required: string[]): void {
  for (const name of given) {
    if (known.includes(name)) continue;
    const nearest = nearestTo(name, known);
    const way = nearest ? `; did you mean "${nearest}"?` : "";
    refuse(`${where}: unknown ${kind} "${name}"; known: ${known.join(", ") || "none"}${way}`);
  }
  const missing = required.filter((name) => !given.includes(name));
  if (missing.length > 0) refuse(`${where}: missing ${kind} ${listed(missing)}`);
}

const listed = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");

/** Refuses half of what belongs together, and none or several of what excludes each other. */
export function checkPresence(
  where: string,
  given: string[],
  { together = [], oneOf }: { together?: readonly (readonly string[])[]; oneOf?: readonly string[] },
): void {
  for (const group of together) {
    const missing = group.filter((name) => !given.includes(name));
    if (missing.length === 0 || missing.length === group.length) continue;
    refuse(`${where}: missing input ${listed(missing)}; ${group.join(", ")} come together or not at all`);
  }
  if (!oneOf) return;
  const chosen = oneOf.filter((name) => given.includes(name));
  if (chosen.length === 1) return;
  refuse(`${where}: ${chosen.length === 0 ? "none" : "more than one"} of ${listed(oneOf)} is given; give exactly one`);
}

/** Reads a rectangular array of finite numbers, or says where it is not one. */
export function readArray(where: string, value: unknown, spec: FieldSpec): FloatArray {
  const { orScalar = false } = spec;
  const axes = axesOf(spec, rankOf(value));
  if (orScalar && !Array.isArray(value)) return { values: [readEntry(where, value, spec)], shape: [] };
  const shape: number[] = [];
  const values: number[] = [];
  const visit = (entry: unknown, depth: number, place: string): void => {
    if (depth === axes.length) {
      values.push(readEntry(place, entry, spec));
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

/** How deep the arrays are nested, by their first entries. */
const rankOf = (value: unknown): number => (Array.isArray(value) ? 1 + rankOf(value[0]) : 0);

const axesOf = ({ axes, orAxes }: FieldSpec, rank: number): string[] => (orAxes?.length === rank ? orAxes : axes);

function readEntry(place: string, entry: unknown, { entries, negative }: FieldSpec): number {
  if (entries === "boolean") {
    if (typeof entry !== "boolean") refuse(`${place}: expected true or false, got ${show(entry)}`);
    return entry ? 1 : 0;
  }
  if (entries === "nullable" && entry === null) return Number.NaN;
  if (typeof entry !== "number" || !Number.isFinite(entry)) {
    return refuse(`${place}: expected a finite number, got ${entry === null ? "null (NaN?)" : show(entry)}`);
  }
  if (entries === "binary" && entry !== 0 && entry !== 1) refuse(`${place}: expected 0 or 1, got ${entry}`);
  if (entries === "count" && !(Number.isInteger(entry) && entry >= 0)) {
    refuse(`${place}: expected a whole number from 0, got ${entry}`);
  }
  if (negative && entry >= 0) refuse(`${place}: is ${entry}; the log of a probability below 1 is below 0`);
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
    axesOf(specs[field], shape.length)
      .slice(0, shape.length)
      .forEach((axis, i) => {
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
