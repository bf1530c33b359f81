import { CourseError } from "../errors";
import { parseTerm } from "./parse";
import type { Term } from "./term";

/** What a name in a derivation stands for, and therefore what is drawn for it. */
export type SymbolSpec =
  /** One number: log-uniform in [from, to] when both are positive, else uniform. Default 0.01 to 10. */
  | { kind: "scalar"; latex?: string; from?: number; to?: number }
  /** Any real numbers along an axis: rewards r(x, y), advantages, values. */
  | { kind: "function"; latex?: string; args?: string; over?: string }
  /** Positive and summing to 1 along an axis: π(y | x). */
  | { kind: "distribution"; latex?: string; args?: string; over?: string }
  /** What gradients are taken in: one logit for each entry of an axis. */
  | { kind: "parameters"; latex?: string; over?: string }
  /** A distribution over pairs of different replies (y_w, y_l): E(D, …) sums over all of them. */
  | { kind: "pairs"; latex?: string }
  /** P(y_w ≻ y_l) for every ordered pair of replies; P(y_l ≻ y_w) = 1 − P(y_w ≻ y_l), and ½ for a reply and itself. */
  | { kind: "preference"; latex?: string }
  /** Shorthand for other symbols, in the same language. */
  | { is: string; latex?: string; args?: string };

export type SymbolKind = "scalar" | "function" | "distribution" | "parameters" | "pairs" | "preference" | "definition";

/** A kind alone stands for the spec with nothing else said: `beta: "scalar"`. */
export type SymbolSpecs = Record<string, SymbolSpec | Exclude<SymbolKind, "definition">>;

export interface DeclaredSymbol {
  name: string;
  kind: SymbolKind;
  latex: string;
  /** Written after the symbol, e.g. "(y \mid x)"; the axis's letter in it is replaced when one reply is picked. */
  args: string;
  axis: string;
  from: number;
  to: number;
  /** True for a definition that says how its arguments are written. */
  hasOwnArgs?: boolean;
  /** What a definition stands for. */
  term?: Term;
  /** True for a definition that mentions a single reply, directly or through another. */
  picksReply?: boolean;
}

export type SymbolTable = ReadonlyMap<string, DeclaredSymbol>;

/** The axis of replies to one prompt; the others (time, examples) are named by the derivation. */
export const replyAxis = "y";
/** The axis that next, discounted and first look along, wherever it is there. */
export const timeAxis = "t";

export function declareSymbols(specs: SymbolSpecs, derivation: string): SymbolTable {
  const entries = Object.entries(specs).map(([name, given]) => {
    const spec = typeof given === "string" ? { kind: given } : given;
    return [name, declare(name, spec, derivation)] as const;
  });
  return new Map(entries);
}

function declare(name: string, spec: SymbolSpec, derivation: string): DeclaredSymbol {
  const latex = spec.latex ?? defaultLatex(name, "kind" in spec ? spec.kind : "definition");
  const base = { name, latex, args: "", axis: replyAxis, from: 0.01, to: 10 };
  if ("is" in spec) {
    return {
      ...base,
      kind: "definition",
      args: spec.args ?? "",
      hasOwnArgs: spec.args !== undefined,
      term: parseTerm(spec.is, `${derivation}: ${name}`),
    };
  }
  if (spec.kind === "scalar") return { ...base, ...spec, latex, ...rangeOf(name, spec, derivation) };
  if (spec.kind === "pairs" || spec.kind === "preference") return { ...base, kind: spec.kind };
  const axis = spec.over ?? replyAxis;
  const args = "args" in spec && spec.args !== undefined ? spec.args : defaultArgs(spec.kind, axis);
  return { ...base, kind: spec.kind, axis, args };
}

function rangeOf(name: string, { from = 0.01, to = 10 }: { from?: number; to?: number }, derivation: string) {
  if (from < to) return { from, to };
  throw new CourseError("bad-value", `${derivation}: ${name} ranges from ${from} to ${to}; "from" must be below "to"`);
}

export function defaultArgs(kind: SymbolKind, axis: string): string {
  if (kind === "parameters") return "";
  if (axis !== replyAxis) return `_{${axis}}`;
  if (kind === "definition") return "";
  return kind === "distribution" ? "(y \\mid x)" : "(x, y)";
}

const greek = new Set(
  "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi psi omega".split(" "),
);

/** pi_ref is π_ref, pi_star is π*, r_hat is r̂: the field's habits, so that most symbols need no `latex`. */
export function defaultLatex(name: string, kind: string): string {
  const [first, ...rest] = name.split("_");
  let latex = kind === "pairs" ? `\\mathcal{${first}}` : letterLatex(first);
  for (const part of rest) {
    if (part === "star") latex += "^*";
    else if (part === "hat") latex = `\\hat{${latex}}`;
    else latex += `_${part.length === 1 || greek.has(part) ? letterLatex(part) : `{\\mathrm{${part}}}`}`;
  }
  return latex;
}

function letterLatex(word: string): string {
  if (greek.has(word)) return `\\${word}`;
  return word.length === 1 ? word : `\\mathrm{${word}}`;
}
