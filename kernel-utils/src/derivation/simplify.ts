/**
 * Identities by simplification: both sides as quotients of polynomials with exact whole coefficients, in which whatever
 * is not algebra (log π, E[…], a sum) is one unknown. If the difference comes out as 0, the line holds wherever both
 * sides are defined, for every value of the unknowns and so for the ones they stand for. That it does not come out as 0
 * says nothing: this knows no rule of logarithms, and the draws decide as they do in any case.
 */
import type { SymbolTable } from "./symbols";
import type { Term } from "./term";

/** Coefficients by monomial; a monomial is its unknowns in order, each as often as its power. */
type Polynomial = ReadonlyMap<string, bigint>;
interface Quotient {
  above: Polynomial;
  below: Polynomial;
}

/** More terms or a higher power than this are not worth the time. */
const mostTerms = 300;
const highestPower = 6;
class TooLarge extends Error {}

/** True if left = right by algebra alone; false if that cannot be seen this way. */
export function equalBySimplification(left: Term, right: Term, symbols: SymbolTable): boolean {
  try {
    const [a, b] = [quotientOf(left, symbols), quotientOf(right, symbols)];
    return plus(times(a.above, b.below), times(negated(b.above), a.below)).size === 0;
  } catch (thrown) {
    if (thrown instanceof TooLarge) return false;
    throw thrown;
  }
}

function quotientOf(term: Term, symbols: SymbolTable): Quotient {
  const of = (part: Term): Quotient => quotientOf(part, symbols);
  switch (term.kind) {
    case "number":
      return decimal(term.value);
    case "symbol": {
      const definition = symbols.get(term.name)?.term;
      return definition ? of(definition) : unknown(term.name);
    }
    case "negate":
      return multiplied(decimal(-1), of(term.of));
    case "call":
      return unknown(`${term.name}(${term.args.map((arg) => spelled(of(arg))).join(", ")})`);
    case "binary": {
      const [a, b] = [of(term.left), of(term.right)];
      if (term.operator === "*") return multiplied(a, b);
      if (term.operator === "/") return multiplied(a, inverse(b));
      if (term.operator !== "^") return added(a, term.operator === "-" ? multiplied(decimal(-1), b) : b);
      return power(a, term.right) ?? unknown(`(${spelled(a)})^(${spelled(b)})`);
    }
  }
}

const one: Polynomial = new Map([["", 1n]]);
const unknown = (name: string): Quotient => ({ above: new Map([[JSON.stringify([name]), 1n]]), below: one });

/** A number as it is written: 0.05 is 5/100. */
function decimal(value: number): Quotient {
  const [, sign, whole, part = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(value)) ?? [];
  if (whole === undefined) throw new TooLarge(); // 1e-30, Infinity
  return { above: constant(BigInt(`${sign}${whole}${part}`)), below: constant(10n ** BigInt(part.length)) };
}

const constant = (value: bigint): Polynomial => new Map(value === 0n ? [] : [["", value]]);

function power(base: Quotient, exponent: Term): Quotient | undefined {
  const times = exponent.kind === "negate" && exponent.of.kind === "number" ? -exponent.of.value : literal(exponent);
  if (times === undefined || !Number.isInteger(times) || Math.abs(times) > highestPower) return undefined;
  let result: Quotient = { above: one, below: one };
  for (let i = 0; i < Math.abs(times); i++) result = multiplied(result, times > 0 ? base : inverse(base));
  return result;
}

const literal = (term: Term): number | undefined => (term.kind === "number" ? term.value : undefined);

const multiplied = (a: Quotient, b: Quotient): Quotient => ({
  above: times(a.above, b.above),
  below: times(a.below, b.below),
});
const added = (a: Quotient, b: Quotient): Quotient => ({
  above: plus(times(a.above, b.below), times(b.above, a.below)),
  below: times(a.below, b.below),
});

function inverse({ above, below }: Quotient): Quotient {
  if (above.size === 0) throw new TooLarge(); // 1/0 has no value to reason about
  return { above: below, below: above };
}

const negated = (a: Polynomial): Polynomial => new Map([...a].map(([monomial, factor]) => [monomial, -factor]));

function plus(a: Polynomial, b: Polynomial): Polynomial {
  const sum = new Map(a);
  for (const [monomial, factor] of b) addTo(sum, monomial, factor);
  return sum;
}

function times(a: Polynomial, b: Polynomial): Polynomial {
  if (a.size * b.size > 64 * mostTerms) throw new TooLarge();
  const product = new Map<string, bigint>();
  for (const [left, factor] of a) {
    for (const [right, other] of b) addTo(product, joined(left, right), factor * other);
  }
  if (product.size > mostTerms) throw new TooLarge();
  return product;
}

function addTo(sum: Map<string, bigint>, monomial: string, factor: bigint): void {
  const total = (sum.get(monomial) ?? 0n) + factor;
  if (total === 0n) sum.delete(monomial);
  else sum.set(monomial, total);
}

const namesIn = (monomial: string): string[] => (monomial === "" ? [] : (JSON.parse(monomial) as string[]));
function joined(a: string, b: string): string {
  if (a === "" || b === "") return a + b;
  return JSON.stringify([...namesIn(a), ...namesIn(b)].sort());
}

/** One text for one quotient, so that log(a·b) and log(b·a) are the same unknown. */
const spelled = ({ above, below }: Quotient): string =>
  [above, below].map((part) => JSON.stringify([...part].map(([m, factor]) => [m, String(factor)]).sort())).join(" / ");
