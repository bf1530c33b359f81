import { parseStatement } from "./parse";
import {
  binary,
  call,
  childrenOf,
  negate,
  number,
  printStatement,
  printTerm,
  type Statement,
  symbol,
  type Term,
  withChildren,
} from "./term";

/** A line with one mistake in it. */
export interface Mutant {
  /** Which mistake, e.g. "beta dropped". */
  name: string;
  expression: string;
}

interface Rewrite {
  name: string;
  term: Term;
}

/** The mistakes people make in a line, each made once; of an equation or inequality the right side is changed. */
export function mutations(expression: string): Mutant[] {
  const statement = parseStatement(expression, `mutations of "${expression}"`);
  const found = new Map<string, string>();
  const names = namesIn(statement);
  const rights = [...everywhere(statement.right, names), ...wholeTerm(statement.right)];
  const rewritten = rights.map(({ name, term }) => ({ name, line: { ...statement, right: term } }));
  for (const { name, line } of [...rewritten, ...turnedOver(statement)]) {
    const mutated = printStatement(line);
    if (mutated !== printStatement(statement) && !found.has(mutated)) found.set(mutated, name);
  }
  return [...found].map(([mutated, name]) => ({ name, expression: mutated }));
}

/** The mistakes that can be made in where a limit is taken. */
export function limitSlips({ is, as, to }: { is: string; as: string; to: number }): (Mutant & { to: number })[] {
  const elsewhere = to === 0 ? [Number.POSITIVE_INFINITY, 1] : Number.isFinite(to) ? [0, to + 1] : [0, 1];
  const printed = (point: number) => `${is} as ${as} tends to ${point}`;
  return elsewhere.map((point) => ({ name: "limit taken elsewhere", expression: printed(point), to: point }));
}

/** Every rewrite of the term itself and of each part in its place. */
function everywhere(term: Term, names: readonly string[]): Rewrite[] {
  const children = childrenOf(term);
  const inner = children.flatMap((child, place) =>
    everywhere(child, names).map(({ name, term: changed }) => ({
      name,
      term: withChildren(
        term,
        children.map((old, index) => (index === place ? changed : old)),
      ),
    })),
  );
  return [...rewrites(term, names), ...inner];
}

/** Mistakes made throughout: one reply taken for the other, the reference forgotten. */
function wholeTerm(term: Term): Rewrite[] {
  const swapped = mapNames(term, (name) => name.replace(/(?:(?:^|_)[wl])+$/, (end) => end.replace(/[wl]/g, other)));
  const bare = mapTerm(term, (part) => (isReference(part) ? number(1) : part));
  return [
    { name: "w and l exchanged", term: swapped },
    { name: "reference removed", term: bare },
    ...(isZero(term) ? [] : [{ name: "sign of the whole flipped", term: negate(term) }]),
  ];
}

const isZero = (term: Term): boolean => term.kind === "number" && term.value === 0;
const other = (pick: string): string => (pick === "w" ? "l" : "w");
const isReference = (term: Term): boolean => term.kind === "symbol" && /_ref(_|$)/.test(term.name);

const mapTerm = (term: Term, change: (part: Term) => Term): Term =>
  change(
    withChildren(
      term,
      childrenOf(term).map((child) => mapTerm(child, change)),
    ),
  );
const mapNames = (term: Term, change: (name: string) => string): Term =>
  mapTerm(term, (part) => (part.kind === "symbol" ? symbol(change(part.name)) : part));

/** The mistakes that can be made at the top of a term. */
function rewrites(term: Term, names: readonly string[]): Rewrite[] {
  switch (term.kind) {
    case "number":
      return [{ name: "constant changed", term: number(term.value + 1) }];
    case "symbol":
      return symbolRewrites(term.name, names);
    case "negate":
      return [{ name: "sign flipped", term: term.of }];
    case "binary":
      return binaryRewrites(term);
    case "call":
      return callRewrites(term);
  }
}

function symbolRewrites(name: string, names: readonly string[]): Rewrite[] {
  const pair = /^(.+)_([wl])_([wl])$/.exec(name);
  if (pair) return [{ name: "preference reversed", term: symbol(`${pair[1]}_${pair[3]}_${pair[2]}`) }];
  const pick = /_([wl])$/.exec(name)?.[1];
  const confused = pick ? [{ name: "w and l confused", term: symbol(name.replace(/.$/, other(pick))) }] : [];
  const removed = isReference(symbol(name)) ? [{ name: "reference removed", term: number(1) }] : [];
  return [...confused, ...removed, ...otherPolicy(name, names)];
}

/** One policy taken for another of the same letter: the reference for the policy, or the policy for the reference. */
function otherPolicy(name: string, names: readonly string[]): Rewrite[] {
  const { base, pick } = partsOf(name);
  const letter = base.split("_")[0];
  const reference = `${letter}_ref`;
  const bases = [...new Set(names.map((other) => partsOf(other).base))];
  const policies = bases.filter((other) => other !== reference && (other === letter || other.startsWith(`${letter}_`)));
  if (!bases.includes(reference)) return [];
  const others = base === reference ? policies : policies.includes(base) ? [reference] : [];
  return others.map((other) => ({ name: `${other} for ${base}`, term: symbol(other + pick) }));
}

/** pi_ref and _w of pi_ref_w. */
function partsOf(name: string): { base: string; pick: string } {
  const [, base = name, pick = ""] = /^(.+?)(_[wl])?$/.exec(name) ?? [];
  return { base, pick };
}

const namesIn = ({ left, right }: Statement): string[] => [...(left ? symbolsOf(left) : []), ...symbolsOf(right)];
const symbolsOf = (term: Term): string[] =>
  term.kind === "symbol" ? [term.name] : childrenOf(term).flatMap((child) => symbolsOf(child));

/** A bound taken for one from the other side. */
function turnedOver(statement: Statement): { name: string; line: Statement }[] {
  if (statement.relation === undefined || statement.relation === "==") return [];
  const relation = statement.relation === ">=" ? "<=" : ">=";
  return [{ name: "inequality turned over", line: { ...statement, relation } }];
}

function binaryRewrites({ operator, left, right }: Term & { kind: "binary" }): Rewrite[] {
  if (operator === "+") return [{ name: "sign flipped", term: binary("-", left, right) }];
  if (operator === "-") return [{ name: "sign flipped", term: binary("+", left, right) }];
  if (operator === "*") return [...droppedFactor(left, right), ...droppedFactor(right, left)];
  if (operator === "^") return [{ name: "power dropped", term: left }];
  const dropped = { name: `${printTerm(right)} dropped`, term: left };
  const inverted = { name: "fraction inverted", term: binary("/", right, left) };
  const multiplied = { name: `${printTerm(right)} inverted`, term: binary("*", left, right) };
  return right.kind === "symbol" ? [dropped, inverted, multiplied] : [inverted];
}

/** A coefficient left out, or divided by where it multiplies. */
function droppedFactor(factor: Term, rest: Term): Rewrite[] {
  if (factor.kind === "negate") return droppedFactor(factor.of, negate(rest));
  const dropped = { name: `${printTerm(factor)} dropped`, term: rest };
  return factor.kind === "symbol"
    ? [dropped, { name: `${printTerm(factor)} inverted`, term: binary("/", rest, factor) }]
    : [dropped];
}

function callRewrites(term: Term & { kind: "call" }): Rewrite[] {
  const { name, args } = term;
  const [first, second] = args;
  switch (name) {
    case "log":
    case "exp":
      return [{ name: `${name} dropped`, term: first }];
    case "sigma":
      return [{ name: "argument of sigma negated", term: call("sigma", negate(first)) }];
    case "logsigma":
      return [
        { name: "argument of sigma negated", term: call("logsigma", negate(first)) },
        { name: "log dropped", term: call("sigma", first) },
      ];
    case "E":
      if (args.length === 3) return [{ name: "policies exchanged", term: call("E", second, first, args[2]) }];
      return [{ name: "weights of E dropped", term: call("sum", second) }];
    case "next":
      return [{ name: "next dropped", term: first }];
    case "discounted":
      return [
        { name: "discount dropped", term: call("discounted", first, number(1)) },
        { name: "sum over later steps dropped", term: first },
      ];
    case "first":
      return [{ name: "sum for first", term: call("sum", first) }];
    case "beats":
      return [{ name: "preference reversed", term: binary("-", number(1), term) }];
    case "wins":
      return [{ name: "losses for wins", term: call("losses", first, second) }];
    case "losses":
      return [{ name: "wins for losses", term: call("wins", first, second) }];
    case "KL":
      return [{ name: "arguments of KL exchanged", term: call("KL", second, first) }];
    case "sum":
      return [{ name: "mean for sum", term: call("mean", ...args) }];
    case "mean":
      return [{ name: "sum for mean", term: call("sum", ...args) }];
    case "min":
      return [{ name: "max for min", term: call("max", ...args) }];
    case "max":
      return [{ name: "min for max", term: call("min", ...args) }];
    default:
      return [];
  }
}
