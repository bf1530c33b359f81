import { CourseError } from "../errors";
import { plainFunctions, sceneFunctions } from "./functions";
import { replyAxis, type SymbolTable } from "./symbols";
import { call, childrenOf, type Statement, symbol, type Term, withChildren } from "./term";

/**
 * Checks every name of a term and writes out the short form of a pick: pi_ref_w becomes at(pi_ref, w).
 * @param picks names of single replies, e.g. ["w", "l"]
 */
export function resolve(term: Term, symbols: SymbolTable, picks: readonly string[], where: string): Term {
  if (term.kind === "symbol") return resolveName(term.name, symbols, picks, where);
  if (term.kind !== "call") {
    return withChildren(
      term,
      childrenOf(term).map((child) => resolve(child, symbols, picks, where)),
    );
  }
  checkCall(term.name, term.args, where);
  const args = term.args.map((arg, place) =>
    namesSomething(term.name, place)
      ? named(term.name, arg, symbols, picks, where)
      : resolve(arg, symbols, picks, where),
  );
  return call(term.name, ...args);
}

/** Arguments that are a bare name and not a value: which reply, which parameter, which axis. */
const namesSomething = (name: string, place: number): boolean =>
  (name === "at" && place === 1) || (name === "grad" && place === 0) || (name === "sum" && place === 1);

function named(of: string, arg: Term, symbols: SymbolTable, picks: readonly string[], where: string): Term {
  const axes = new Set([replyAxis, ...[...symbols.values()].map((declared) => declared.axis)]);
  const known = of === "at" ? picks : of === "grad" ? [...symbols.keys()] : [...axes];
  if (arg.kind === "symbol" && known.includes(arg.name)) return arg;
  const seen = arg.kind === "symbol" ? arg.name : "an expression";
  throw new CourseError("derivation", `${where}: ${of}(…) is given "${seen}"; it takes one of ${known.join(", ")}`);
}

function resolveName(name: string, symbols: SymbolTable, picks: readonly string[], where: string): Term {
  if (symbols.has(name)) return symbol(name);
  const [, base, pick] = /^(.+)_([^_]+)$/.exec(name) ?? [];
  if (base && symbols.has(base) && picks.includes(pick)) return call("at", symbol(base), symbol(pick));
  const known = [...symbols.keys()].join(", ");
  throw new CourseError("derivation", `${where}: "${name}" is not declared; known symbols: ${known}`);
}

function checkCall(name: string, args: readonly Term[], where: string): void {
  const arity = plainFunctions[name]?.arity;
  const [fewest, most] = arity === undefined ? (sceneFunctions[name] ?? []) : [arity, arity];
  if (fewest === undefined || most === undefined) {
    const known = [...Object.keys(plainFunctions), ...Object.keys(sceneFunctions)].join(", ");
    throw new CourseError(
      "derivation",
      `${where}: "${name}(…)" is not a function (for a product write ${name} * (…)); known: ${known}`,
    );
  }
  if (args.length >= fewest && args.length <= most) return;
  const wanted = fewest === most ? `${fewest}` : `${fewest} or ${most}`;
  throw new CourseError("derivation", `${where}: ${name}(…) takes ${wanted} arguments, not ${args.length}`);
}

export function resolveStatement(
  { left, relation, right }: Statement,
  symbols: SymbolTable,
  picks: readonly string[],
  where: string,
): Statement {
  const resolved = (term: Term) => resolve(term, symbols, picks, where);
  return { left: left && resolved(left), relation, right: resolved(right) };
}
