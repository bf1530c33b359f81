import { plainFunctions } from "./functions";
import { type DeclaredSymbol, replyAxis, type SymbolTable } from "./symbols";
import type { Statement, Term } from "./term";

/** How tightly a piece of typeset mathematics holds together. */
const Level = { sum: 1, negated: 2, product: 3, power: 4, atom: 5 } as const;

interface Piece {
  latex: string;
  level: number;
  /** Ends in the argument of an operator without brackets (log a, Σ a): nothing may follow it in a product. */
  open?: boolean;
  /** How many brackets are nested in it; decides the shape of the next ones around it. */
  depth: number;
}

/** What the printer has to know besides the term: the symbols, and which reply stands for y. */
interface Context {
  symbols: SymbolTable;
  reply: string;
}

const relations = { "==": "=", ">=": "\\ge", "<=": "\\le" } as const;

/** A term in the field's notation. */
export const termLatex = (term: Term, symbols: SymbolTable): string => piece(term, { symbols, reply: replyAxis }).latex;

/** A whole line; `relation` replaces the sign, e.g. by "\propto", and `subject` stands in for a missing left side. */
export function statementLatex(statement: Statement, symbols: SymbolTable, relation?: string, subject?: Term): string {
  const right = termLatex(statement.right, symbols);
  const left = statement.left ?? subject;
  if (!left) return right;
  return `${termLatex(left, symbols)} ${relation ?? relations[statement.relation ?? "=="]} ${right}`;
}

function piece(term: Term, context: Context): Piece {
  switch (term.kind) {
    case "number":
      return { latex: String(term.value), level: term.value < 0 ? Level.negated : Level.atom, depth: 0 };
    case "symbol":
      return { latex: symbolLatex(term.name, context), level: Level.atom, depth: 0 };
    case "negate":
      return negated(term.of, context);
    case "binary":
      return binaryPiece(term, context);
    case "call":
      return callPiece(term.name, term.args, context);
  }
}

function symbolLatex(name: string, { symbols, reply }: Context): string {
  const declared = symbols.get(name);
  return declared ? declared.latex + argsLatex(declared, reply) : name;
}

/** The letter alone, fit for a subscript: z, where z is written z_y elsewhere. */
function bareLatex(term: Term, { symbols }: Context): string {
  const latex = (term.kind === "symbol" && symbols.get(term.name)?.latex) || "";
  return /[_^]/.test(latex) ? `{${latex}}` : latex;
}

const argsLatex = ({ args }: DeclaredSymbol, reply: string): string =>
  reply === replyAxis ? args : args.replace(/\by\b/g, reply);

function negated(of: Term, context: Context): Piece {
  const inner = atLeast(piece(of, context), Level.product);
  return { ...inner, latex: `-${inner.latex}`, level: Level.negated };
}

function binaryPiece(term: Term & { kind: "binary" }, context: Context): Piece {
  if (term.operator === "*") return productPiece(factorsOf(term), context);
  const left = piece(term.left, context);
  const right = piece(term.right, context);
  if (term.operator === "/") {
    return {
      latex: `\\frac{${left.latex}}{${right.latex}}`,
      level: Level.atom,
      depth: Math.max(left.depth, right.depth),
    };
  }
  if (term.operator === "^") {
    const base = atLeast(left, Level.atom);
    return { latex: `${base.latex}^{${right.latex}}`, level: Level.power, depth: base.depth };
  }
  const after = atLeast(right, Level.product);
  const depth = Math.max(left.depth, after.depth);
  return { latex: `${left.latex} ${term.operator} ${after.latex}`, level: Level.sum, open: after.open, depth };
}

const factorsOf = (term: Term): Term[] =>
  term.kind === "binary" && term.operator === "*" ? [...factorsOf(term.left), ...factorsOf(term.right)] : [term];

function productPiece(factors: readonly Term[], context: Context): Piece {
  const [first] = factors;
  if (first.kind === "negate") {
    const rest = productPiece([first.of, ...factors.slice(1)], context);
    return { ...rest, latex: `-${rest.latex}`, level: Level.negated };
  }
  const pieces = factors.map((factor, place) => {
    const inner = atLeast(piece(factor, context), Level.product);
    return inner.open && place < factors.length - 1 ? fenced(inner) : inner;
  });
  const latex = pieces.map(({ latex }) => latex).reduce((left, right) => left + joint(left, right) + right);
  const depth = Math.max(...pieces.map((inner) => inner.depth));
  return { latex, level: Level.product, open: pieces[pieces.length - 1].open, depth };
}

/** What stands between two factors: a dot between numbers, a thin space beside brackets. */
function joint(left: string, right: string): string {
  if (/\d$/.test(left) && /^\d/.test(right)) return " \\cdot ";
  // TeX sets \left, \log and \exp apart by itself.
  return /^[([]|^\\\{/.test(right) || (/[)\]}]$/.test(left) && !/^\\(left|log|exp)\b/.test(right)) ? "\\, " : " ";
}

const fences = [
  ["(", ")"],
  ["[", "]"],
  ["\\{", "\\}"],
] as const;

/** Brackets around a piece: round inside square inside curly, growing only around what is tall. */
function fenced({ latex, depth }: Piece, grow = /\\(frac|sum|left|mathbb)/.test(latex)): Piece {
  const [open, close] = fences[Math.min(depth, 2)];
  const body = grow ? `\\left${open} ${latex} \\right${close}` : `${open}${latex}${close}`;
  return { latex: body, level: Level.atom, depth: depth + 1 };
}

const atLeast = (inner: Piece, level: number): Piece => (inner.level < level ? fenced(inner) : inner);

function callPiece(name: string, args: readonly Term[], context: Context): Piece {
  const special = specialLatex[name];
  if (special) return special(args, context);
  const { latex } = plainFunctions[name];
  const pieces = args.map((arg) => piece(arg, context));
  const depth = Math.max(...pieces.map((inner) => inner.depth));
  const body = { latex: pieces.map((inner) => inner.latex).join(", "), level: Level.sum, depth };
  const applied = fenced(body);
  return { ...applied, latex: latex + applied.latex };
}

const specialLatex: Record<string, (args: readonly Term[], context: Context) => Piece> = {
  log: ([x], context) => operatorPiece("\\log ", piece(x, context), isSumLike(x)),
  sqrt: ([x], context) => atom(`\\sqrt{${piece(x, context).latex}}`),
  abs: ([x], context) => atom(`\\left| ${piece(x, context).latex} \\right|`),
  grad: ([parameter, f], context) =>
    operatorPiece(`\\nabla_${bareLatex(parameter, context)} `, piece(f, context), isLog(f) || isSumLike(f)),
  sum: ([f, axis], context) => sumPiece(f, axis, context),
  mean: ([f, axis], context) => {
    const applied = fenced(piece(f, context));
    return { ...applied, latex: `\\operatorname{mean}_{${axisName(f, axis, context)}}${applied.latex}` };
  },
  E: ([p, f], context) => {
    const inner = piece(f, context);
    const body = fenced({ ...inner, depth: Math.max(inner.depth, 1) }, true);
    return atom(`\\mathbb{E}_{${underE(p, context)}}${body.latex}`, body.depth);
  },
  KL: ([p, q], context) => {
    const [left, right] = [p, q].map((side) => distributionLatex(side, context));
    return atom(`D_{\\mathrm{KL}}\\left( ${left} \\,\\|\\, ${right} \\right)`, 1);
  },
  H: ([p], context) => atom(`\\mathcal{H}\\left( ${distributionLatex(p, context)} \\right)`, 1),
  at: ([f, pick], context) => piece(f, { ...context, reply: `y_${pick.kind === "symbol" ? pick.name : ""}` }),
};

const atom = (latex: string, depth = 0): Piece => ({ latex, level: Level.atom, depth });

/** An operator before its argument: bare before something tight, bracketed otherwise. */
function operatorPiece(operator: string, inner: Piece, mayStayBare = false): Piece {
  if (inner.level === Level.atom || mayStayBare) {
    return { latex: operator + inner.latex, level: Level.product, open: true, depth: inner.depth };
  }
  const applied = fenced(inner);
  return { ...applied, latex: operator.trimEnd() + applied.latex };
}

const isSumLike = (term: Term): boolean => term.kind === "call" && term.name === "sum";
const isLog = (term: Term): boolean =>
  term.kind === "call" && (term.name === "log" || (term.name === "at" && isLog(term.args[0])));

const axisName = (f: Term, axis: Term | undefined, { symbols }: Context): string =>
  axis?.kind === "symbol" ? axis.name : axisLetter(f, symbols);

function sumPiece(f: Term, axis: Term | undefined, context: Context): Piece {
  const inner = atLeast(piece(f, context), Level.product);
  const latex = `\\sum_{${axisName(f, axis, context)}} ${inner.latex}`;
  return { latex, level: Level.product, open: true, depth: inner.depth };
}

/** The axis of the first symbol that has one. */
function axisLetter(term: Term, symbols: SymbolTable): string {
  if (term.kind === "symbol") return symbols.get(term.name)?.axis ?? replyAxis;
  const inner = term.kind === "call" ? term.args : term.kind === "negate" ? [term.of] : [];
  const parts = term.kind === "binary" ? [term.left, term.right] : inner;
  const axes = parts.map((part) => axisLetter(part, symbols));
  return axes.find((axis) => axis !== replyAxis) ?? replyAxis;
}

/** What is drawn from what, under an expectation. */
function underE(p: Term, context: Context): string {
  const declared = p.kind === "symbol" ? context.symbols.get(p.name) : undefined;
  if (declared?.kind === "pairs") return `(x, y_w, y_l) \\sim ${declared.latex}`;
  return `${declared?.axis ?? replyAxis} \\sim ${distributionLatex(p, context)}`;
}

/** A distribution named as a whole, without its arguments. */
const distributionLatex = (p: Term, context: Context): string =>
  (p.kind === "symbol" ? context.symbols.get(p.name)?.latex : undefined) ?? piece(p, context).latex;
