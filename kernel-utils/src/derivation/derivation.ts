import type * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import { showAs } from "../notebook/display/rich/showAs";
import { implementationOf, type Run } from "./implementation";
import { equalUpToConstant, finite, gradientCheck, identity, optimum, proportional, tightInequality } from "./judges";
import { Language } from "./language";
import { implementationLatex, limitLatex, statementLatex, termLatex } from "./latex";
import { limitOf } from "./limit";
import type {
  GradientOptions,
  ImplementationOptions,
  LimitOptions,
  LineKind,
  LineOptions,
  LineResult,
  OptimumOptions,
} from "./line";
import { type Mutable, type MutationReport, mutateLines } from "./mutate";
import { limitSlips, type Mutant } from "./mutations";
import {
  derivationBrief,
  derivationBundle,
  describeFailure,
  lineBrief,
  lineBundle,
  mutationBrief,
  mutationBundle,
  showLine,
} from "./show";
import { equalBySimplification } from "./simplify";
import { type Judge, survey } from "./survey";
import type { SymbolSpecs, SymbolTable } from "./symbols";
import { call, type Statement, symbol, type Term } from "./term";

export interface DerivationOptions {
  symbols: SymbolSpecs;
  /** Names of single replies: `r_w` is r at the reply named w. Default ["w", "l"]. */
  picks?: readonly string[];
}

/** A line together with what later lines and mutation need. */
interface StoredLine extends Mutable {
  result: LineResult;
  statement: Statement;
  /** What a line without a left side of its own goes on about. */
  subject?: Term;
}

/** How a line is decided, before it is. */
interface Plan {
  kind: LineKind;
  /** True for an identity that algebra alone shows. */
  simplified?: boolean;
  judge: Judge;
  latex: string;
}

/** A chain of lines over named symbols; each is typeset and checked from one expression. */
export class Derivation {
  private readonly language: Language;
  private readonly stored = new Map<string, StoredLine>();

  constructor(
    readonly name: string,
    { symbols, picks = ["w", "l"] }: DerivationOptions,
  ) {
    this.language = new Language(name, symbols, picks);
  }

  get symbols(): SymbolTable {
    return this.language.symbols;
  }

  /** States a line, checks it, shows it. Throws a CourseError("derivation") when it does not hold. */
  line(id: string, expression: string, about: string | LineOptions): void {
    const options = typeof about === "string" ? { move: about } : about;
    const previous = this.previous(id, options);
    const planned = (text: string) => this.planLine(id, text, previous, options);
    const statement = this.language.statement(expression, id);
    const subject = statement.left ?? (continues(previous) ? previous.subject : undefined);
    this.settle(id, expression, options, previous, { statement, subject }, planned);
  }

  /** States what the gradient of a line is, and checks it against central differences. */
  gradient(id: string, expression: string, options: GradientOptions): void {
    const of = this.stored.get(options.of);
    const objective = of?.statement.right ?? this.language.term(options.of, id);
    const subject = call("grad", symbol(options.withRespectTo), of?.subject ?? objective);
    const planned = (text: string): Plan => {
      const right = this.language.term(text, id);
      const latex = statementLatex({ left: subject, relation: "==", right }, this.symbols);
      return { kind: "gradient", latex, judge: gradientCheck(objective, options.withRespectTo, right) };
    };
    const statement = { right: this.language.term(expression, id) };
    this.language.checkParameter(id, options.withRespectTo);
    this.settle(id, expression, options, of ?? this.previous(id, options), { statement, subject }, planned);
  }

  /** States where an objective is best, and checks it by moving away from there. */
  optimum(id: string, options: OptimumOptions): void {
    const { over, sense = "max" } = options;
    this.language.checkParameter(id, over);
    const objective = this.language.term(options.objective, id);
    const planned = (text: string): Plan => {
      const at = this.language.term(text, id);
      const [left, right] = [termLatex(at, this.symbols), termLatex(objective, this.symbols)];
      const letter = this.symbols.get(over)?.latex;
      const latex = `${left} = \\operatorname*{arg\\,${sense}}_{${letter}} \\left\\{ ${right} \\right\\}`;
      return { kind: "optimum", latex, judge: optimum(objective, over, at, sense) };
    };
    const statement = { right: this.language.term(options.at, id) };
    this.settle(id, options.at, options, this.previous(id, options), { statement }, planned);
  }

  /** States where an expression tends to, and checks it along a geometric sequence. */
  limit(id: string, options: LimitOptions): void {
    const of = this.stored.get(options.of);
    const subject = of?.statement.right ?? this.language.term(options.of, id);
    const declared = this.language.scalar(id, options.as);
    const plan = (text: string, to: number): Plan => {
      const is = this.language.term(text, id);
      const latex = limitLatex(of?.subject ?? subject, declared, to, is, this.symbols);
      return { kind: "limit", latex, judge: limitOf(subject, declared, to, is) };
    };
    const slips = limitSlips(options).map(({ to, ...mutant }) => ({ ...mutant, judge: plan(options.is, to).judge }));
    const previous = of ?? this.previous(id, options);
    const parts = { statement: { right: this.language.term(options.is, id) }, slips };
    this.settle(id, options.is, options, previous, parts, (text) => plan(text, options.to));
  }

  /** States that a function of the library computes a line, and compares values and gradients. */
  implementation<Name extends string, Input extends tf.Tensor = tf.Tensor1D>(
    id: string,
    options: ImplementationOptions<Name, Input>,
  ): void {
    const { inputs, constants = {}, run, called = "library" } = options;
    const of = this.stored.get(options.of);
    const expression = of?.result.expression ?? options.of;
    const terms = mapEntries(inputs, (text) => this.language.term(text, id));
    const along = options.withRespectTo ?? this.language.drawnIn(Object.values(terms));
    for (const name of along) this.language.checkParameter(id, name);
    const about = {
      id,
      inputs: terms,
      constants: mapEntries(constants, (text) => this.language.term(text, id)),
      along,
      mentionsPick: (term: Term) => this.language.mentionsPick(term),
      run: run as unknown as Run,
    };
    const planned = (text: string): Plan => {
      const { right } = this.language.statement(text, id);
      const latex = implementationLatex(called, Object.values<Term>(terms), right, this.symbols);
      return { kind: "implementation", latex, judge: implementationOf({ ...about, of: right }) };
    };
    const parts = { statement: this.language.statement(expression, id) };
    this.settle(id, expression, options, of ?? this.previous(id, options), parts, planned);
  }

  /** What is known about a line. */
  result(id: string): LineResult {
    const line = this.stored.get(id);
    if (line) return line.result;
    throw new CourseError("usage", `${this.name}: no line "${id}"; known lines: ${[...this.stored.keys()].join(", ")}`);
  }

  results(): LineResult[] {
    return [...this.stored.values()].map((line) => line.result);
  }

  /** Puts a classic mistake into every line, one at a time, and says which ones its check lets through. */
  mutate(): MutationReport {
    return showAs(mutateLines([...this.stored.values()]), mutationBundle, mutationBrief);
  }

  private settle(
    id: string,
    expression: string,
    options: LineOptions,
    previous: StoredLine | undefined,
    parts: { statement: Statement; subject?: Term; slips?: readonly (Mutant & { judge: Judge })[] },
    planned: (text: string) => Plan,
  ): void {
    const checked = (judge: Judge) => survey(this.symbols, this.language.picks, id, judge);
    const { kind, latex, judge, simplified } = planned(expression);
    const { move, source } = options;
    const from = previous?.result.id;
    const result: LineResult = { id, from, kind, expression, latex, move, source, ...checked(judge), simplified };
    const slips = (parts.slips ?? []).map(({ judge: slip, ...mutant }) => ({
      ...mutant,
      recheck: () => checked(slip),
    }));
    const recheck = (text: string) => checked(planned(text).judge);
    const equivalent = options.equivalent ?? {};
    this.stored.set(id, { ...parts, id, expression, equivalent, result, slips, recheck });
    showAs(result, lineBundle, lineBrief);
    showLine(result);
    if (!result.holds) throw new CourseError("derivation", describeFailure(result));
  }

  private planLine(id: string, expression: string, previous: StoredLine | undefined, options: LineOptions): Plan {
    const statement = this.language.statement(expression, id);
    const { left, relation = "==", right } = statement;
    const against = left ?? previous?.statement.right;
    if (!against) return { kind: "start", judge: finite(right), latex: statementLatex(statement, this.symbols) };
    const subject = left ?? (continues(previous) ? previous.subject : undefined);
    const latex = (sign?: string) => statementLatex(statement, this.symbols, sign, subject ?? against);
    const { proportionalOver, constantIn } = options;
    if (proportionalOver) {
      return { kind: "proportional", judge: proportional(against, right, proportionalOver), latex: latex("\\propto") };
    }
    if (constantIn) {
      const judge = equalUpToConstant(against, right, constantIn);
      return { kind: "up-to-constant", judge, latex: `${latex()} + \\mathrm{const}` };
    }
    if (relation !== "==") {
      const tight = Object.entries(options.tightWhen ?? {}).map(([name, at]) => {
        this.language.checkParameter(id, name);
        return tightInequality(against, relation, right, name, this.language.term(at, id));
      });
      return { kind: "inequality", judge: tight[0] ?? identity(against, relation, right), latex: latex() };
    }
    const kind = left && this.language.defines(left, right) ? "definition" : "identity";
    if (kind === "definition") return { kind, judge: finite(right), latex: latex() };
    const simplified = equalBySimplification(against, right, this.symbols);
    return { kind, judge: identity(against, relation, right), latex: latex(), simplified };
  }

  /** The line named by `from`, else the one stated before this one (also when a cell is run again). */
  private previous(id: string, { from }: LineOptions): StoredLine | undefined {
    if (from === null) return undefined;
    if (from !== undefined) {
      this.result(from);
      return this.stored.get(from);
    }
    const ids = [...this.stored.keys()];
    const place = ids.indexOf(id);
    const before = place < 0 ? ids[ids.length - 1] : ids[place - 1];
    return this.stored.get(before);
  }
}

const shownParts = (derivation: Derivation) => ({ name: derivation.name, results: derivation.results() });
showAs(
  Derivation.prototype,
  (derivation) => derivationBundle(shownParts(derivation)),
  (derivation) => derivationBrief(shownParts(derivation)),
);

/** Whether the next line may go on about the same subject: not after an inequality. */
const continues = (previous: StoredLine | undefined): previous is StoredLine =>
  previous !== undefined && (previous.statement.relation ?? "==") === "==";

/** The same keys with other values. */
const mapEntries = <Name extends string, From, To>(record: Record<Name, From>, change: (value: From) => To) =>
  Object.fromEntries(Object.entries<From>(record).map(([name, value]) => [name, change(value)])) as Record<Name, To>;
