import { CourseError } from "../../../errors";

/** Whether a value is one that the static picture draws; `says` names what it takes. */
export interface Check {
  says: string;
  accepts: (value: unknown) => boolean;
}

/** What each attribute may be: a check, more attributes, or `ignored` where it changes nothing in a still picture. */
export interface Spec {
  [attribute: string]: Check | Spec;
}

const check = (says: string, accepts: (value: unknown) => boolean): Check => ({ says, accepts });

export const ignored = check("anything", () => true);
export const text = check("a text without markup", (value) => typeof value === "string" && !/<[a-z/]/i.test(value));
export const bool = check("true or false", (value) => typeof value === "boolean");
export const finite = check("a number", Number.isFinite);
export const oneOf = (...allowed: unknown[]): Check =>
  check(`one of ${allowed.map((value) => JSON.stringify(value)).join(", ")}`, (value) => allowed.includes(value));
export const only = (value: unknown): Check => check(JSON.stringify(value), (seen) => seen === value);
export const listOf = (says: string, one: (value: unknown) => boolean): Check =>
  check(says, (value) => Array.isArray(value) && value.every(one));
export const numbers = listOf("a list of numbers and nulls", (value) => value === null || Number.isFinite(value));
export const texts = listOf("a list of texts without markup", (value) => text.accepts(value));
export const places = check(
  "a list of numbers, or of labels",
  (value) => numbers.accepts(value) || texts.accepts(value),
);
export const pair = check("two numbers", (value) => numbers.accepts(value) && (value as unknown[]).length === 2);
export const color = check(
  "a colour as #RGB, #RRGGBB, rgb(…), rgba(…) or by name",
  (value) => typeof value === "string" && /^(#([0-9a-f]{3}|[0-9a-f]{6})|rgba?\([\d., ]+\)|[a-z]+)$/i.test(value),
);
export const either = (...checks: Check[]): Check =>
  check(checks.map(({ says }) => says).join(", or "), (value) => checks.some(({ accepts }) => accepts(value)));

const isCheck = (spec: Check | Spec): spec is Check => typeof spec.accepts === "function";
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const shownValue = (value: unknown): string => {
  const written = JSON.stringify(value) ?? String(value);
  return written.length > 40 ? `${written.slice(0, 40)}…` : written;
};

/**
 * Refuses what the static picture would leave out or get wrong.
 * @param where whose attributes they are, e.g. `the trace "gold"`
 * @throws CourseError `bad-value`, naming the attribute, its value and what is taken instead
 */
export function checkAttributes(where: string, value: unknown, spec: Spec): void {
  if (!isObject(value)) throw unsupported(where, "", value, "an object");
  for (const [name, given] of Object.entries(value)) {
    if (given === undefined) continue;
    const known = spec[name];
    if (known === undefined) throw unsupported(where, name, given, `none of it, but ${Object.keys(spec).join(", ")}`);
    if (!isCheck(known)) checkAttributes(`${where}, ${name}`, given, known);
    else if (!known.accepts(given)) throw unsupported(where, name, given, known.says);
  }
}

const unsupported = (where: string, name: string, value: unknown, taken: string): CourseError =>
  new CourseError(
    "bad-value",
    `figure: ${where} has ${name ? `${name} = ` : ""}${shownValue(value)}; the static picture takes ${taken}`,
  );
