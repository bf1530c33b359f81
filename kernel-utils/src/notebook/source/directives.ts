import { nearestTo } from "../../nearest";

export { nearestTo };

/**
 * Directives: the first line of a code cell may say `//| name: value`, what the cell is for. A directive nobody knows is
 * an error, never a comment: a misspelt `//| chekc:` would otherwise switch a check off without a word.
 */
export type Directive =
  | { name: "derive"; line: string; from: string }
  | { name: "exercise"; exercise: string; difficulty: number; minutes: number }
  | { name: "check"; exercise: string }
  | { name: "solution"; exercise: string }
  | { name: "expect-error"; code: string }
  | { name: "slow"; seconds: number };

export type DirectiveName = Directive["name"];

/** What is wrong with line `line` (from 1) of a cell's source. */
export interface DirectiveProblem {
  line: number;
  message: string;
}

interface Grammar {
  form: string;
  parse(value: string): Directive | undefined;
}

const lineName = "[a-z][\\w-]*(?:\\.[\\w-]+)*";
const slug = "[a-z0-9]+(?:-[a-z0-9]+)*";
const matching = (pattern: string, value: string): string[] | undefined =>
  new RegExp(`^${pattern}$`).exec(value)?.slice(1);

const exerciseNamed =
  (name: "check" | "solution"): Grammar["parse"] =>
  (value) =>
    matching(`(${slug})`, value) && { name, exercise: value };

const grammars: Record<DirectiveName, Grammar> = {
  derive: {
    form: "derive: dpo.5 from dpo.4",
    parse(value) {
      const found = matching(`(${lineName}) from (${lineName})`, value);
      return found && found[0] !== found[1] ? { name: "derive", line: found[0], from: found[1] } : undefined;
    },
  },
  exercise: {
    form: "exercise: dpo-loss (difficulty 1 to 5, minutes 10)",
    parse(value) {
      const found = matching(`(${slug}) \\(difficulty ([1-5]), minutes ([1-9]\\d{0,2})\\)`, value);
      return found && { name: "exercise", exercise: found[0], difficulty: Number(found[1]), minutes: Number(found[2]) };
    },
  },
  check: { form: "check: dpo-loss", parse: exerciseNamed("check") },
  solution: { form: "solution: dpo-loss", parse: exerciseNamed("solution") },
  "expect-error": {
    form: "expect-error: RangeError, or TS2345, or bad-shape",
    parse: (value) => (matching("([A-Za-z][\\w-]*)", value) ? { name: "expect-error", code: value } : undefined),
  },
  slow: {
    form: "slow: 300, in seconds from 1 to 86400",
    parse(value) {
      const seconds = matching("([1-9]\\d{0,4})", value) ? Number(value) : 0;
      return seconds >= 1 && seconds <= 86400 ? { name: "slow", seconds } : undefined;
    },
  },
};

export const directiveNames = Object.keys(grammars) as DirectiveName[];

/** The directive of a code cell, if its first line carries one; the first thing wrong with its directives otherwise. */
export function parseDirective(source: string): { directive?: Directive; problem?: DirectiveProblem } {
  const lines = source.split("\n");
  const marked = lines.flatMap((text, i) => (looksLikeDirective(text) ? [i] : []));
  if (marked.length === 0) return {};
  if (marked[0] > 0) return { problem: { line: marked[0] + 1, message: misplaced(lines[marked[0]]) } };
  const parsed = parseLine(lines[0]);
  if (typeof parsed === "string") return { problem: { line: 1, message: parsed } };
  if (marked.length > 1) return { problem: { line: marked[1] + 1, message: second(parsed, lines[marked[1]]) } };
  return { directive: parsed };
}

/** `//|` in any spacing, and `#|`, its spelling in Python notebooks, which here would not even be a comment. */
const looksLikeDirective = (text: string): boolean => /^\s*(\/\/\s*\||#\|)/.test(text);

const nameOf = (text: string): string => /\|\s*([^\s:]*)/.exec(text)?.[1] ?? "";

const misplaced = (text: string): string =>
  `the directive "${text.trim()}" is not on the first line of its cell; move it there`;

const second = (first: Directive, text: string): string =>
  nameOf(text) === first.name
    ? `the directive "${first.name}" is repeated; keep one`
    : `a cell carries one directive, and this one already has "${first.name}"; give "${text.trim()}" a cell of its own`;

function parseLine(text: string): Directive | string {
  const parts = /^\/\/\| ([^\s:]+): (.*\S)\s*$/.exec(text);
  const name = nameOf(text);
  if (!(name in grammars)) return unknown(name);
  const grammar = grammars[name as DirectiveName];
  return (parts && grammar.parse(parts[2])) ?? `cannot read "${text.trim()}"; write it as //| ${grammar.form}`;
}

function unknown(name: string): string {
  const nearest = nearestTo(name, directiveNames);
  const way = nearest ? `did you mean "${nearest}"?` : `known are ${directiveNames.join(", ")}`;
  return `unknown directive "${name}"; ${way}`;
}
