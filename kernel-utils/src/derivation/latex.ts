import { axesOf, later, reducedAxis, steppedAxis } from "./axes";
import { plainFunctions } from "./functions";
import { type DeclaredSymbol, replyAxis, type SymbolTable, timeAxis } from "./symbols";
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

/** What the printer has to know besides the term. */
interface Context {
  symbols: SymbolTable;
  /** What stands for y. */
  reply: string;
  /** What single replies are called: y_w for w, unless a sum has given it another name. */
  picks: ReadonlyMap<string, string>;
  /** What stands for the letter of an axis of steps: t+1 for t. */
  steps: ReadonlyMap<string, string>;
}

const plainContext = (symbols: SymbolTable): Context => ({
  symbols,
  reply: replyAxis,
  picks: new Map(),
  steps: new Map(),
});

const relations = { "==": "=", ">=": "\\ge", "<=": "\\le" } as const;

/** A term in the field's notation. */
export const termLatex = (term: Term, symbols: SymbolTable): string => piece(term, plainContext(symbols)).latex;

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

function symbolLatex(name: string, context: Context): string {
  const declared = context.symbols.get(name);
  if (!declared) return name;
  // Parameters stand for all their entries, θ; picked for one reply they are one entry, θ_{y_w}.
  const entry = declared.kind === "parameters" && context.reply !== replyAxis ? `_{${context.reply}}` : "";
  return declared.latex + argsLatex(declared, context) + entry;
}

/** The letter alone, fit for a subscript: z, where z is written z_y elsewhere. */
function bareLatex(term: Term, { symbols }: Context): string {
  const latex = (term.kind === "symbol" && symbols.get(term.name)?.latex) || "";
  return /[_^]/.test(latex) ? `{${latex}}` : latex;
}

function argsLatex({ args }: DeclaredSymbol, { reply, steps }: Context): string {
  let written = reply === replyAxis ? args : args.replace(/\by\b/g, reply);
  for (const [axis, step] of steps) written = written.replace(letterIn(axis), step);
  return written;
}

/** The letter of an axis where it stands alone, also as a subscript: t in _{t} and y_t, not in \theta. */
const letterIn = (axis: string): RegExp => new RegExp(`(?<![A-Za-z\\\\])${axis}(?![A-Za-z])`, "g");

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
  const latex = plainFunctions[name]?.latex ?? `\\mathrm{${name}}`; // softmax
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
  E: (args, context) => {
    const inner = piece(args[args.length - 1], context);
    const under = args.length === 3 ? underTwo(args[0], args[1], context) : underE(args[0], context);
    const body = fenced({ ...inner, depth: Math.max(inner.depth, 1) }, true);
    return atom(`\\mathbb{E}_{${under}}${body.latex}`, body.depth);
  },
  KL: ([p, q], context) => {
    const [left, right] = [p, q].map((side) => distributionLatex(side, context));
    return atom(`D_{\\mathrm{KL}}\\left( ${left} \\,\\|\\, ${right} \\right)`, 1);
  },
  H: ([p], context) => atom(`\\mathcal{H}\\left( ${distributionLatex(p, context)} \\right)`, 1),
  at: ([f, pick, against], context) =>
    against
      ? preferenceLatex(f, pickLatex(pick, context), pickLatex(against, context), context)
      : piece(f, { ...context, reply: pickLatex(pick, context) }),
  next: ([x], context) => {
    const axis = stepLetter(x, context);
    return piece(x, withStep(context, axis, later(context.steps.get(axis) ?? axis)));
  },
  first: ([x], context) => piece(x, withStep(context, stepLetter(x, context), "0")),
  discounted: ([x, g], context) => {
    const axis = stepLetter(x, context);
    const now = context.steps.get(axis) ?? axis;
    const letter = ["l", "k", "j", "i"].find((candidate) => !now.includes(candidate)) ?? "l";
    const inner = atLeast(piece(x, withStep(context, axis, now === "0" ? letter : `${now}+${letter}`)), Level.product);
    const base = atLeast(piece(g, context), Level.atom);
    const latex = `\\sum_{${letter} \\ge 0} ${base.latex}^{${letter}} ${inner.latex}`;
    return { latex, level: Level.product, open: true, depth: Math.max(base.depth, inner.depth) };
  },
  beats: ([preference, q], context) => {
    const inner = preferenceLatex(preference, context.reply, "y'", context);
    return atom(`\\mathbb{E}_{y' \\sim ${distributionLatex(q, context)}}\\left[ ${inner.latex} \\right]`, 2);
  },
  wins: ([pairs, f], context) => roleLatex(0, pairs, f, context),
  losses: ([pairs, f], context) => roleLatex(1, pairs, f, context),
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

/** The letter under a sum; a gradient is summed over the entries of what it was taken in, θ. */
const axisName = (f: Term, axis: Term | undefined, { symbols }: Context): string => {
  const name = axis?.kind === "symbol" ? axis.name : (reducedAxis(axesOf(f, symbols)) ?? replyAxis);
  return symbols.get(name)?.kind === "parameters" ? (symbols.get(name)?.latex ?? name) : name;
};

function sumPiece(f: Term, axis: Term | undefined, context: Context): Piece {
  const inner = atLeast(piece(f, context), Level.product);
  const latex = `\\sum_{${axisName(f, axis, context)}} ${inner.latex}`;
  return { latex, level: Level.product, open: true, depth: inner.depth };
}

const pickLatex = (pick: Term, { picks }: Context): string => {
  const name = pick.kind === "symbol" ? pick.name : "";
  return picks.get(name) ?? `y_${name}`;
};

/** P(y_w ≻ y_l | x). */
const preferenceLatex = (preference: Term, winner: string, loser: string, context: Context): Piece =>
  atom(`${distributionLatex(preference, context)}(${winner} \\succ ${loser} \\mid x)`, 1);

const withStep = (context: Context, axis: string, step: string): Context => ({
  ...context,
  steps: new Map([...context.steps, [axis, step]]),
});

const stepLetter = (x: Term, { symbols }: Context): string => steppedAxis(axesOf(x, symbols)) ?? timeAxis;

/** Σ_{y_l} D(y, y_l) f, where y has the role of the winner in f; or the same with the loser. */
function roleLatex(role: 0 | 1, pairs: Term, f: Term, context: Context): Piece {
  const [own, others] = role === 0 ? ["w", "l"] : ["l", "w"];
  const other = context.reply === `y_${others}` ? "y'" : `y_${others}`;
  const picks = new Map([...context.picks, [own, context.reply], [others, other]]);
  const inner = atLeast(piece(f, { ...context, reply: replyAxis, picks }), Level.product);
  const [winner, loser] = role === 0 ? [context.reply, other] : [other, context.reply];
  const weight = `${distributionLatex(pairs, context)}(${winner}, ${loser})`;
  const factor = inner.latex === "1" ? "" : `\\, ${inner.latex}`; // a count needs no "times 1"
  return {
    latex: `\\sum_{${other}} ${weight}${factor}`,
    level: Level.product,
    open: true,
    depth: inner.depth,
  };
}

/** \lim_{x \to 0} of = is. */
export function limitLatex(of: Term, as: DeclaredSymbol, to: number, is: Term, symbols: SymbolTable): string {
  const point = Number.isFinite(to) ? `${to}` : `${to < 0 ? "-" : ""}\\infty`;
  const inner = atLeast(piece(of, plainContext(symbols)), Level.product);
  return `\\lim_{${as.latex} \\to ${point}} ${inner.latex} = ${termLatex(is, symbols)}`;
}

/** library(inputs) = the line. */
export function implementationLatex(called: string, inputs: readonly Term[], of: Term, symbols: SymbolTable): string {
  const args = inputs.map((input) => termLatex(input, symbols)).join(",\\, ");
  const name = `\\operatorname{${called.replaceAll("_", "\\_")}}`;
  return `${name}\\left( ${args} \\right) = ${termLatex(of, symbols)}`;
}

/** Two independent draws, of a winner and a loser. */
function underTwo(p: Term, q: Term, context: Context): string {
  const [first, second] = [distributionLatex(p, context), distributionLatex(q, context)];
  return first === second ? `y_w, y_l \\sim ${first}` : `y_w \\sim ${first},\\, y_l \\sim ${second}`;
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
