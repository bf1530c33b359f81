import type * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import { axesOf } from "./axes";
import { implementationOf, type Run } from "./implementation";
import { equalUpToConstant, finite, gradientCheck, identity, optimum, proportional, tightInequality } from "./judges";
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
import { limitSlips, type Mutant, mutations } from "./mutations";
import { parseStatement, parseTerm } from "./parse";
import { resolve, resolveStatement } from "./resolve";
import { describeFailure, showLine } from "./show";
import { type Judge, type Survey, survey } from "./survey";
import {
  type DeclaredSymbol,
  declareSymbols,
  defaultArgs,
  type SymbolSpecs,
  type SymbolTable,
  timeAxis,
} from "./symbols";
import { call, childrenOf, type Statement, sameTerm, symbol, type Term } from "./term";

export interface DerivationOptions {
  symbols: SymbolSpecs;
  /** Names of single replies: `r_w` is r at the reply named w. Default ["w", "l"]. */
  picks?: readonly string[];
}

/** A line together with what later lines and mutation need. */
interface StoredLine {
  result: LineResult;
  statement: Statement;
  /** What a line without a left side of its own goes on about. */
  subject?: Term;
  recheck(expression: string): Survey;
  /** Mistakes that are not in the expression, each with its check. */
  slips: readonly (Mutant & { recheck(): Survey })[];
}

/** How a line is decided, before it is. */
interface Plan {
  kind: LineKind;
  judge: Judge;
  latex: string;
}

/** A chain of lines over named symbols; each is typeset and checked from one expression. */
export class Derivation {
  readonly symbols: SymbolTable;
  private readonly picks: readonly string[];
  private readonly stored = new Map<string, StoredLine>();

  constructor(
    readonly name: string,
    { symbols, picks = ["w", "l"] }: DerivationOptions,
  ) {
    this.picks = picks;
    this.symbols = declareSymbols(symbols, name);
    this.resolveDefinitions();
  }

  /** States a line, checks it, shows it. Throws a CourseError("derivation") when it does not hold. */
  line(id: string, expression: string, about: string | LineOptions): void {
    const options = typeof about === "string" ? { move: about } : about;
    const previous = this.previous(id, options);
    const planned = (text: string) => this.planLine(id, text, previous, options);
    const statement = this.statement(expression, id);
    const subject = statement.left ?? (continues(previous) ? previous.subject : undefined);
    this.settle(id, expression, options, previous, { statement, subject }, planned);
  }

  /** States what the gradient of a line is, and checks it against central differences. */
  gradient(id: string, expression: string, options: GradientOptions): void {
    const of = this.stored.get(options.of);
    const objective = of?.statement.right ?? this.term(options.of, id);
    const subject = call("grad", symbol(options.withRespectTo), of?.subject ?? objective);
    const planned = (text: string): Plan => {
      const right = this.term(text, id);
      const latex = statementLatex({ left: subject, relation: "==", right }, this.symbols);
      return { kind: "gradient", latex, judge: gradientCheck(objective, options.withRespectTo, right) };
    };
    const statement = { right: this.term(expression, id) };
    this.checkParameter(id, options.withRespectTo);
    this.settle(id, expression, options, of ?? this.previous(id, options), { statement, subject }, planned);
  }

  /** States where an objective is best, and checks it by moving away from there. */
  optimum(id: string, options: OptimumOptions): void {
    const { over, sense = "max" } = options;
    this.checkParameter(id, over);
    const objective = this.term(options.objective, id);
    const planned = (text: string): Plan => {
      const at = this.term(text, id);
      const [left, right] = [termLatex(at, this.symbols), termLatex(objective, this.symbols)];
      const letter = this.symbols.get(over)?.latex;
      const latex = `${left} = \\operatorname*{arg\\,${sense}}_{${letter}} \\left\\{ ${right} \\right\\}`;
      return { kind: "optimum", latex, judge: optimum(objective, over, at, sense) };
    };
    const statement = { right: this.term(options.at, id) };
    this.settle(id, options.at, options, this.previous(id, options), { statement }, planned);
  }

  /** States where an expression tends to, and checks it along a geometric sequence. */
  limit(id: string, options: LimitOptions): void {
    const of = this.stored.get(options.of);
    const subject = of?.statement.right ?? this.term(options.of, id);
    const declared = this.scalar(id, options.as);
    const plan = (text: string, to: number): Plan => {
      const is = this.term(text, id);
      const latex = limitLatex(of?.subject ?? subject, declared, to, is, this.symbols);
      return { kind: "limit", latex, judge: limitOf(subject, declared, to, is) };
    };
    const slips = limitSlips(options).map(({ to, ...mutant }) => ({ ...mutant, judge: plan(options.is, to).judge }));
    const previous = of ?? this.previous(id, options);
    const parts = { statement: { right: this.term(options.is, id) }, slips };
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
    const terms = mapEntries(inputs, (text) => this.term(text, id));
    const along = options.withRespectTo ?? this.drawnIn(Object.values(terms));
    for (const name of along) this.checkParameter(id, name);
    const about = {
      id,
      inputs: terms,
      constants: mapEntries(constants, (text) => this.term(text, id)),
      along,
      mentionsPick: (term: Term) => this.mentionsPick(term),
      run: run as unknown as Run,
    };
    const planned = (text: string): Plan => {
      const { right } = this.statement(text, id);
      const latex = implementationLatex(called, Object.values<Term>(terms), right, this.symbols);
      return { kind: "implementation", latex, judge: implementationOf({ ...about, of: right }) };
    };
    const parts = { statement: this.statement(expression, id) };
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
  mutate(): { killed: number; survivors: (Mutant & { id: string })[] } {
    const trials = [...this.stored].flatMap(([id, line]) => [
      ...mutations(line.result.expression).map((mutant) => ({
        ...mutant,
        id,
        holds: survives(() => line.recheck(mutant.expression)),
      })),
      ...line.slips.map(({ recheck, ...mutant }) => ({ ...mutant, id, holds: survives(recheck) })),
    ]);
    const survivors = trials
      .filter((trial) => trial.holds)
      .map(({ id, name, expression }) => ({ id, name, expression }));
    return { killed: trials.length - survivors.length, survivors };
  }

  private settle(
    id: string,
    expression: string,
    options: LineOptions,
    previous: StoredLine | undefined,
    parts: { statement: Statement; subject?: Term; slips?: readonly (Mutant & { judge: Judge })[] },
    planned: (text: string) => Plan,
  ): void {
    const checked = (judge: Judge) => survey(this.symbols, this.picks, id, judge);
    const { kind, latex, judge } = planned(expression);
    const { move, source } = options;
    const from = previous?.result.id;
    const result: LineResult = { id, from, kind, expression, latex, move, source, ...checked(judge) };
    const slips = (parts.slips ?? []).map(({ judge: slip, ...mutant }) => ({
      ...mutant,
      recheck: () => checked(slip),
    }));
    this.stored.set(id, { ...parts, result, slips, recheck: (text) => checked(planned(text).judge) });
    showLine(result);
    if (!result.holds) throw new CourseError("derivation", describeFailure(result));
  }

  private planLine(id: string, expression: string, previous: StoredLine | undefined, options: LineOptions): Plan {
    const statement = this.statement(expression, id);
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
        this.checkParameter(id, name);
        return tightInequality(against, relation, right, name, this.term(at, id));
      });
      return { kind: "inequality", judge: tight[0] ?? identity(against, relation, right), latex: latex() };
    }
    const kind = left && this.defines(left, right) ? "definition" : "identity";
    return { kind, judge: kind === "definition" ? finite(right) : identity(against, relation, right), latex: latex() };
  }

  private defines(left: Term, right: Term): boolean {
    const term = left.kind === "symbol" ? this.symbols.get(left.name)?.term : undefined;
    return term !== undefined && sameTerm(term, right);
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

  private checkParameter(id: string, name: string): void {
    const kind = this.symbols.get(name)?.kind;
    if (kind && !["definition", "pairs", "preference"].includes(kind)) return;
    throw new CourseError(
      "derivation",
      `${id}: "${name}" cannot be varied; name a symbol that is drawn, not a definition`,
    );
  }

  private scalar(id: string, name: string): DeclaredSymbol {
    const declared = this.symbols.get(name);
    if (declared?.kind === "scalar") return declared;
    const known = [...this.symbols.values()].filter(({ kind }) => kind === "scalar").map((other) => other.name);
    const seen = declared ? `is a ${declared.kind}` : "is not declared";
    throw new CourseError(
      "derivation",
      `${id}: a limit is taken as a scalar moves, and "${name}" ${seen}; scalars: ${known.join(", ") || "none"}`,
    );
  }

  /** The drawn symbols that terms depend on, also through definitions, and that can be varied. */
  private drawnIn(terms: readonly Term[]): string[] {
    const found = new Set<string>();
    const visit = (term: Term): void => {
      const declared = term.kind === "symbol" ? this.symbols.get(term.name) : undefined;
      if (declared?.term) visit(declared.term);
      else if (declared && !["pairs", "preference"].includes(declared.kind)) found.add(declared.name);
      for (const child of childrenOf(term)) visit(child);
    };
    for (const term of terms) visit(term);
    return [...found];
  }

  private statement(source: string, where: string): Statement {
    return resolveStatement(parseStatement(source, where), this.symbols, this.picks, where);
  }

  private term(source: string, where: string): Term {
    return resolve(parseTerm(source, where), this.symbols, this.picks, where);
  }

  private mentionsPick(term: Term): boolean {
    if (term.kind === "call" && term.name === "at") return true;
    if (term.kind === "call" && this.bindsPicks(term))
      return term.args.slice(0, -1).some((arg) => this.mentionsPick(arg));
    if (term.kind === "symbol") return this.symbols.get(term.name)?.picksReply ?? false;
    return childrenOf(term).some((child) => this.mentionsPick(child));
  }

  /** E(D, f), E(p, q, f), wins(D, f), losses(D, f): the picks in f are the pairs that are summed over. */
  private bindsPicks({ name, args }: Term & { kind: "call" }): boolean {
    if (name !== "E") return name === "wins" || name === "losses";
    const [over] = args;
    return args.length === 3 || (over.kind === "symbol" && this.symbols.get(over.name)?.kind === "pairs");
  }

  private resolveDefinitions(): void {
    const names = [...this.symbols.keys()];
    for (const declared of this.symbols.values()) {
      if (!declared.term) continue;
      declared.term = resolve(declared.term, this.symbols, this.picks, `${this.name}: ${declared.name}`);
      declared.picksReply = this.mentionsPick(declared.term);
      const [axis, ...more] = axesOf(declared.term, this.symbols);
      if (axis !== undefined && more.length === 0) declared.axis = axis;
      if (!declared.hasOwnArgs && declared.axis === timeAxis) declared.args = defaultArgs("function", timeAxis);
      const later = names.slice(names.indexOf(declared.name));
      const early = later.find((name) => mentions(declared.term as Term, name));
      if (early) {
        const remedy = "declare symbols before the definitions that use them";
        throw new CourseError("derivation", `${this.name}: ${declared.name} is defined through ${early}; ${remedy}`);
      }
    }
  }
}

/** Whether the next line may go on about the same subject: not after an inequality. */
const continues = (previous: StoredLine | undefined): previous is StoredLine =>
  previous !== undefined && (previous.statement.relation ?? "==") === "==";

/** Whether a mutated line still passes; one that no longer makes sense does not. */
function survives(recheck: () => Survey): boolean {
  try {
    return recheck().holds;
  } catch (thrown) {
    if (thrown instanceof CourseError) return false;
    throw thrown;
  }
}

/** The same keys with other values. */
const mapEntries = <Name extends string, From, To>(record: Record<Name, From>, change: (value: From) => To) =>
  Object.fromEntries(Object.entries<From>(record).map(([name, value]) => [name, change(value)])) as Record<Name, To>;

const mentions = (term: Term, name: string): boolean =>
  JSON.stringify(term).includes(JSON.stringify({ kind: "symbol", name }));
