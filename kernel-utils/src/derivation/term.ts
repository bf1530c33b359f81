/** An expression of a derivation as a tree, and back to text. */

export type Operator = "+" | "-" | "*" | "/" | "^";
export type Relation = "==" | ">=" | "<=";

export type Term =
  | { kind: "number"; value: number }
  | { kind: "symbol"; name: string }
  | { kind: "negate"; of: Term }
  | { kind: "binary"; operator: Operator; left: Term; right: Term }
  | { kind: "call"; name: string; args: readonly Term[] };

/** A line as written: an expression, or two of them with a relation between. */
export interface Statement {
  left?: Term;
  relation?: Relation;
  right: Term;
}

export const number = (value: number): Term => ({ kind: "number", value });
export const symbol = (name: string): Term => ({ kind: "symbol", name });
export const negate = (of: Term): Term => ({ kind: "negate", of });
export const call = (name: string, ...args: Term[]): Term => ({ kind: "call", name, args });
export const binary = (operator: Operator, left: Term, right: Term): Term => ({
  kind: "binary",
  operator,
  left,
  right,
});

export const sameTerm = (a: Term, b: Term): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The parts a term is made of, in reading order. */
export function childrenOf(term: Term): readonly Term[] {
  if (term.kind === "negate") return [term.of];
  if (term.kind === "binary") return [term.left, term.right];
  return term.kind === "call" ? term.args : [];
}

/** The same term over other parts. */
export function withChildren(term: Term, children: readonly Term[]): Term {
  if (term.kind === "negate") return negate(children[0]);
  if (term.kind === "binary") return binary(term.operator, children[0], children[1]);
  return term.kind === "call" ? call(term.name, ...children) : term;
}

type Named = Term & { kind: "symbol" };
/** at(pi, w) or at(P, w, l), which are written pi_w and P_w_l. */
const isPick = (term: Term): term is Term & { kind: "call"; args: readonly Named[] } =>
  term.kind === "call" && term.name === "at" && term.args.every((arg) => arg.kind === "symbol");

const rank: Record<Operator, number> = { "+": 1, "-": 1, "*": 2, "/": 2, "^": 4 };

/** The term as text that parses back to it. */
export function printTerm(term: Term): string {
  if (term.kind === "number") return String(term.value);
  if (term.kind === "symbol") return term.name;
  if (isPick(term)) return term.args.map(printTerm).join("_");
  if (term.kind === "call") return `${term.name}(${term.args.map(printTerm).join(", ")})`;
  if (term.kind === "negate") return `-${wrapped(term.of, 3)}`;
  const own = rank[term.operator];
  // Left-associative, except the power: its left side is wrapped and its right side is not.
  const [left, right] = term.operator === "^" ? [own + 1, own] : [own, own + 1];
  return `${wrapped(term.left, left)} ${term.operator} ${wrapped(term.right, right)}`;
}

function wrapped(term: Term, least: number): string {
  const own = term.kind === "binary" ? rank[term.operator] : term.kind === "negate" ? 1 : 5;
  return own < least ? `(${printTerm(term)})` : printTerm(term);
}

export const printStatement = ({ left, relation, right }: Statement): string =>
  left ? `${printTerm(left)} ${relation} ${printTerm(right)}` : printTerm(right);
