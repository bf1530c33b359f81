/** A displayed definition against the oracle: the expression that is typeset is the one that is evaluated. */
import { mutations } from "../../../derivation";
import { evaluate } from "../../../derivation/evaluate";
import { OutOfDomain } from "../../../derivation/functions";
import { Language } from "../../../derivation/language";
import { termLatex } from "../../../derivation/latex";
import type { Scene } from "../../../derivation/scene";
import type { SymbolSpecs } from "../../../derivation/symbols";
import { childrenOf, type Term } from "../../../derivation/term";
import { scalar, type Value, vector } from "../../../derivation/value";
import { CourseError } from "../../../errors";
import { type OracleAnswer, oracle } from "../../../objectives";
import { aboutObjective, at, type Example, type Formula, flat } from "../../../objectives/oracle/about";
import { Random } from "../../../tensor/random";
import { drawRequest } from "./drawRequest";

export interface CheckedFormula {
  latex: string;
  /** Random requests on which formula and oracle agree. */
  draws: number;
  /** Largest difference, relative to the larger of 1 and the value. */
  residual: number;
}

const wantedDraws = 48;
/** Float64 on both sides, by different roads. */
const tolerance = 1e-9;

/** The formula as LaTeX. @throws CourseError `derivation` with the request on which the oracle says something else */
export function checkFormula(name: string, formula: Formula): CheckedFormula {
  const { language, term } = read(name, formula, formula.expression);
  const residual = residualOf(name, formula, language, term);
  if (residual.worst > tolerance) {
    const { left, right, request } = residual;
    const seen = `the formula gives ${left}, the oracle ${right}, for ${JSON.stringify(request)}`;
    throw new CourseError("derivation", `${name}: ${formula.left} = ${formula.expression} does not hold: ${seen}`);
  }
  const latex = `${formula.left} = ${termLatex(term, language.symbols)}`;
  return { latex, draws: wantedDraws, residual: residual.worst };
}

/** The classic mistakes in a formula that the oracle does not refuse; those it explains are left out. */
export function survivingMutants(name: string, formula: Formula): string[] {
  return mutations(formula.expression)
    .map(({ expression }) => expression)
    .filter((expression) => !(expression in (formula.equivalent ?? {})))
    .filter((expression) => {
      const { language, term } = read(name, formula, expression);
      return residualOf(name, formula, language, term).worst <= tolerance;
    });
}

function read(name: string, formula: Formula, expression: string): { language: Language; term: Term } {
  const specs = Object.fromEntries(
    Object.entries(aboutObjective(name).symbols).map(([symbol, of]): [string, SymbolSpecs[string]] => {
      if ("is" in of) return [symbol, { is: of.is, latex: of.latex, ...(of.args !== undefined && { args: of.args }) }];
      if ("option" in of) return [symbol, { kind: "scalar", latex: of.latex }];
      if (!("over" in of) && !("input" in of)) return [symbol, { kind: "scalar", latex: of.latex }];
      return [
        symbol,
        { kind: "function", latex: of.latex, over: of.over ?? "i", args: of.args ?? `_{${of.over ?? "i"}}` },
      ];
    }),
  );
  const language = new Language(name, specs, []);
  return { language, term: language.term(expression, `${name}: ${formula.left}`) };
}

interface Residual {
  worst: number;
  left?: number[];
  right?: number[];
  request?: Example;
}

/** Infinity where a draw cannot be evaluated, or has another number of entries. */
function residualOf(name: string, formula: Formula, language: Language, term: Term): Residual {
  const random = new Random(`${name} ${formula.left} ${formula.expression}`);
  // What the formula needs is drawn, also where a mutant has lost it: a default may be 1, and hide the loss.
  const used = new Set([...namesIn(term, language), ...namesIn(language.term(formula.expression, name), language)]);
  let worst: Residual = { worst: 0 };
  for (let draw = 0; draw < wantedDraws && worst.worst <= tolerance; draw++) {
    const request = drawRequest(name, formula, used, random.fork(`draw ${draw}`));
    const answer = oracle({ name, inputs: request.inputs, options: request.options });
    const left = numbersOf(term, sceneOf(name, language, request, answer, used));
    const stated = flat(at(answer, formula.gives));
    const right = formula.reversed ? stated.reverse() : stated;
    const miss = left.length === right.length ? largestMiss(left, right) : Number.POSITIVE_INFINITY;
    if (miss >= worst.worst) worst = { worst: miss, left, right, request };
  }
  return worst;
}

/** The value of a term; none where it asks for what does not exist, such as the logarithm of a negative number. */
function numbersOf(term: Term, scene: Scene): number[] {
  try {
    return Array.from(evaluate(term, scene).data);
  } catch (thrown) {
    if (thrown instanceof OutOfDomain) return [];
    throw thrown;
  }
}

const largestMiss = (left: readonly number[], right: readonly number[]): number =>
  left.reduce((most, value, i) => {
    const miss = Math.abs(value - right[i]) / Math.max(1, Math.abs(value), Math.abs(right[i]));
    return Number.isNaN(miss) ? Number.POSITIVE_INFINITY : Math.max(most, miss);
  }, 0);

/** The names a term depends on, also through shorthand. */
function namesIn(term: Term, { symbols }: Language): Set<string> {
  const found = new Set<string>();
  const visit = (part: Term): void => {
    if (part.kind === "symbol" && !found.has(part.name)) {
      found.add(part.name);
      const { term: shorthand } = symbols.get(part.name) ?? {};
      if (shorthand) visit(shorthand);
    }
    childrenOf(part).forEach(visit);
  };
  visit(term);
  return found;
}

/** The values of one request and its answer, by symbol. */
function sceneOf(
  name: string,
  { symbols }: Language,
  request: Example,
  answer: OracleAnswer,
  used: ReadonlySet<string>,
): Scene {
  const values = Object.entries(aboutObjective(name).symbols).flatMap(([symbol, of]): [string, Value][] => {
    if (!used.has(symbol) || "is" in of) return [];
    if ("option" in of) return [[symbol, scalar(Number(request.options?.[of.option]))]];
    const numbers = flat(
      "input" in of ? request.inputs[of.input] : "answer" in of ? at(answer, of.answer) : of.read(request),
    );
    const ordered = "input" in of && of.reversed ? [...numbers].reverse() : numbers;
    const isVector = "over" in of || "input" in of || ordered.length > 1;
    return [[symbol, isVector ? vector(of.over ?? "i", ordered) : scalar(ordered[0])]];
  });
  return { symbols, values: new Map(values), sizes: new Map(), picks: new Map(), memo: new Map() };
}
