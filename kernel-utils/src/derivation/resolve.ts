import { CourseError } from "../errors";
import { plainFunctions, sceneFunctions } from "./functions";
import { replyAxis, type SymbolKind, type SymbolTable } from "./symbols";
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
  const args = term.args.map((arg, place) => {
    const names = namesFor(term.name, term.args, place);
    return names ? named(term.name, arg, names(symbols, picks), where) : resolve(arg, symbols, picks, where);
  });
  return call(term.name, ...args);
}

type Names = (symbols: SymbolTable, picks: readonly string[]) => string[];

const declaredAs =
  (kind: SymbolKind): Names =>
  (symbols) =>
    [...symbols.values()].filter((declared) => declared.kind === kind).map(({ name }) => name);
const anySymbol: Names = (symbols) => [...symbols.keys()];
const anyPick: Names = (_, picks) => [...picks];
const anyAxis: Names = (symbols) => [
  ...new Set([replyAxis, ...[...symbols.values()].map((declared) => declared.axis)]),
];

/** Arguments that are a bare name and not a value: which reply, which parameter, which axis, which pairs. */
function namesFor(name: string, args: readonly Term[], place: number): Names | undefined {
  if (name === "at") return place > 0 ? anyPick : args.length === 3 ? declaredAs("preference") : undefined;
  if (name === "grad" && place === 0) return anySymbol;
  if ((name === "sum" || name === "mean") && place === 1) return anyAxis;
  if (name === "beats" && place === 0) return declaredAs("preference");
  return (name === "wins" || name === "losses") && place === 0 ? declaredAs("pairs") : undefined;
}

function named(of: string, arg: Term, known: readonly string[], where: string): Term {
  if (arg.kind === "symbol" && known.includes(arg.name)) return arg;
  const seen = arg.kind === "symbol" ? arg.name : "an expression";
  const way = known.length > 0 ? `it takes one of ${known.join(", ")}` : "no symbol of the kind it takes is declared";
  throw new CourseError("derivation", `${where}: ${of}(…) is given "${seen}"; ${way}`);
}

function resolveName(name: string, symbols: SymbolTable, picks: readonly string[], where: string): Term {
  const declared = symbols.get(name);
  if (declared?.kind === "preference") {
    const way = `write ${name}_w_l, at(${name}, w, l) or beats(${name}, q)`;
    throw new CourseError("derivation", `${where}: ${name} is a preference between two replies and no number; ${way}`);
  }
  if (declared) return symbol(name);
  return pairPick(name, symbols, picks) ?? replyPick(name, symbols, picks) ?? undeclared(name, symbols, where);
}

/** P_w_l, for at(P, w, l). */
function pairPick(name: string, symbols: SymbolTable, picks: readonly string[]): Term | undefined {
  const [, base, winner, loser] = /^(.+)_([^_]+)_([^_]+)$/.exec(name) ?? [];
  if (symbols.get(base)?.kind !== "preference" || !picks.includes(winner) || !picks.includes(loser)) return undefined;
  return call("at", symbol(base), symbol(winner), symbol(loser));
}

/** r_w, for at(r, w). */
function replyPick(name: string, symbols: SymbolTable, picks: readonly string[]): Term | undefined {
  const [, base, pick] = /^(.+)_([^_]+)$/.exec(name) ?? [];
  const kind = symbols.get(base)?.kind;
  if (kind === undefined || kind === "preference" || !picks.includes(pick)) return undefined;
  return call("at", symbol(base), symbol(pick));
}

function undeclared(name: string, symbols: SymbolTable, where: string): never {
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
