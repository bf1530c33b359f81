/** Along which axes a term varies, known without evaluating it: for the printer, and for definitions. */
import { replyAxis, type SymbolTable, timeAxis } from "./symbols";
import type { Term } from "./term";

/** The axis a reduction runs over: the only one, or the replies when there are several; undefined where that is unclear. */
export function reducedAxis(axes: readonly string[]): string | undefined {
  if (axes.length === 1) return axes[0];
  return axes.includes(replyAxis) ? replyAxis : undefined;
}

/** The axis that steps run along: t, or the only one. */
export const steppedAxis = (axes: readonly string[]): string | undefined =>
  axes.includes(timeAxis) ? timeAxis : axes.length === 1 ? axes[0] : undefined;

/** One step on: t+1 after t, t+2 after t+1, 1 after 0. */
export function later(step: string): string {
  const [, before, offset] = /^(.*?)\+?(\d*)$/.exec(step) ?? [];
  const count = Number(offset || 0) + 1;
  return before ? `${before}+${count}` : `${count}`;
}

export function axesOf(term: Term, symbols: SymbolTable): readonly string[] {
  const of = (part: Term) => axesOf(part, symbols);
  switch (term.kind) {
    case "number":
      return [];
    case "symbol":
      return axesOfSymbol(term.name, symbols);
    case "negate":
      return of(term.of);
    case "binary":
      return union(of(term.left), of(term.right));
    case "call":
      return axesOfCall(term.name, term.args, symbols);
  }
}

function axesOfSymbol(name: string, symbols: SymbolTable): readonly string[] {
  const declared = symbols.get(name);
  if (!declared) return [];
  if (declared.term) return axesOf(declared.term, symbols);
  return ["scalar", "pairs", "preference"].includes(declared.kind) ? [] : [declared.axis];
}

function axesOfCall(name: string, args: readonly Term[], symbols: SymbolTable): readonly string[] {
  const all = args.map((arg) => axesOf(arg, symbols));
  const [first, second = []] = all;
  switch (name) {
    case "sum":
    case "mean":
      return without(first, args[1]?.kind === "symbol" ? args[1].name : reducedAxis(first));
    case "E":
      return args.length === 3 ? all[2] : without(union(first, second), reducedAxis(first));
    case "KL":
    case "H":
      return without(union(first, second), reducedAxis(first));
    case "at":
      return without(first, replyAxis);
    case "grad":
      return args[0].kind === "symbol" && first.length > 0 ? union(second, [args[0].name]) : second;
    case "first":
      return without(first, steppedAxis(first));
    case "beats":
    case "wins":
    case "losses":
      return union(without(second, replyAxis), [replyAxis]);
    default:
      return all.reduce(union, []);
  }
}

const union = (a: readonly string[], b: readonly string[]): readonly string[] => [
  ...a,
  ...b.filter((axis) => !a.includes(axis)),
];
const without = (axes: readonly string[], axis: string | undefined): readonly string[] =>
  axes.filter((name) => name !== axis);
