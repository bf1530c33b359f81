/** What a page says of an objective beside its entry: data, so that every sentence of it can be checked. */
import type { OracleAnswer } from "../entry";

/** A request as `align loss NAME` reads it. */
export interface Example {
  inputs: Record<string, unknown>;
  options?: Record<string, number | boolean | string>;
}

/** What a symbol of a formula stands for; arrays are read flat, along one axis. */
export type SymbolOf =
  | { input: string; latex: string; args?: string; over?: string; reversed?: boolean }
  | { answer: string; latex: string; args?: string; over?: string }
  /** Drawn from the range, where the formula is checked. */
  | { option: string; latex: string; from: number; to: number }
  /** A number or an array worked out from the request. */
  | { read: (request: Example) => number | number[]; latex: string; args?: string; over?: string }
  /** Shorthand for others, in the language of the derivations. */
  | { is: string; latex: string; args?: string };

/** One line of the definition, typeset from the expression by which it is checked against the oracle. */
export interface Formula {
  /** LaTeX of the left side. */
  left: string;
  /** In the language of the derivations. */
  expression: string;
  /** Where the oracle's answer has these numbers: "perExample", "metrics.kl". */
  gives: string;
  /** The answer's array has the other direction than the formula. */
  reversed?: boolean;
  /** Options under which it holds. */
  when?: Example["options"];
  /** When it holds, where that is no option's value. */
  says?: string;
  /** Where the line stands in the literature, where lines differ in it. */
  source?: string;
  /** Inputs that have one value throughout, where it holds for those. */
  fill?: Record<string, number | boolean>;
  /** How long the axes are where it is checked; 3 where nothing is said. */
  sizes?: Record<string, number>;
  /** Mutants that say the same, each with the reason. */
  equivalent?: Record<string, string>;
}

/** A line that the language of the derivations cannot say: typeset as it stands, and marked so. */
export interface PlainFormula {
  tex: string;
  when?: Example["options"];
  source?: string;
}

/** What holds before training has changed anything. */
export interface Initial {
  /** "policy equals reference" */
  says: string;
  /** Inputs that take the values of another one. */
  copy?: Record<string, string>;
  options?: Example["options"];
  /** Paths in the answer, each with its value in LaTeX and as a number. */
  holds: Record<string, readonly [latex: string, value: number]>;
}

export interface About {
  title: string;
  /** Small enough to follow by hand; `--help` and the calculator begin with it. */
  example: Example;
  /** What the example says, in a few words. */
  exampleSays?: string;
  /** Values for inputs that may be left out, where a reader adds them. */
  optionalInputs?: Example["inputs"];
  /** The file of objectives/ whose header is the objective's documentation. */
  source: string;
  symbols: Record<string, SymbolOf>;
  formulas: readonly (Formula | PlainFormula)[];
  initial?: readonly Initial[];
  /** Notebooks that derive it, by file name, and their lines; the first is the main one. */
  derivedIn: readonly { chapter: string; lines: readonly string[] }[];
}

/** What stands in an answer, or a request, at a path such as "metrics.rewards/chosen". */
export const at = (from: Example | OracleAnswer, path: string): unknown =>
  path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], from);

/** All numbers of a nested array, in order; true counts 1 and false 0. */
export function flat(value: unknown): number[] {
  if (Array.isArray(value)) return value.flatMap(flat);
  return [Number(value)];
}
