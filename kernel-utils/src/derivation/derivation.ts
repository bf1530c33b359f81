import { CourseError } from "../errors";
import { equalUpToConstant, finite, gradientCheck, identity, optimum, proportional, tightInequality } from "./judges";
import { statementLatex, termLatex } from "./latex";
import type { GradientOptions, LineKind, LineOptions, LineResult, OptimumOptions } from "./line";
import { type Mutant, mutations } from "./mutations";
import { parseStatement, parseTerm } from "./parse";
import { resolve, resolveStatement } from "./resolve";
import { describeFailure, showLine } from "./show";
import { type Judge, type Survey, survey } from "./survey";
import { declareSymbols, type SymbolSpecs, type SymbolTable } from "./symbols";
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
    const trials = [...this.stored].flatMap(([id, line]) =>
      mutations(line.result.expression).map((mutant) => ({ ...mutant, id, holds: survives(line, mutant) })),
    );
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
    parts: { statement: Statement; subject?: Term },
    planned: (text: string) => Plan,
  ): void {
    const checked = (judge: Judge) => survey(this.symbols, this.picks, id, judge);
    const { kind, latex, judge } = planned(expression);
    const { move, source } = options;
    const from = previous?.result.id;
    const result: LineResult = { id, from, kind, expression, latex, move, source, ...checked(judge) };
    this.stored.set(id, { ...parts, result, recheck: (text) => checked(planned(text).judge) });
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
    if (kind && kind !== "definition" && kind !== "pairs") return;
    throw new CourseError(
      "derivation",
      `${id}: "${name}" cannot be varied; name a symbol that is drawn, not a definition`,
    );
  }

  private statement(source: string, where: string): Statement {
    return resolveStatement(parseStatement(source, where), this.symbols, this.picks, where);
  }

  private term(source: string, where: string): Term {
    return resolve(parseTerm(source, where), this.symbols, this.picks, where);
  }

  private mentionsPick(term: Term): boolean {
    if (term.kind === "call" && term.name === "at") return true;
    if (term.kind === "symbol") return this.symbols.get(term.name)?.picksReply ?? false;
    return childrenOf(term).some((child) => this.mentionsPick(child));
  }

  private resolveDefinitions(): void {
    const names = [...this.symbols.keys()];
    for (const declared of this.symbols.values()) {
      if (!declared.term) continue;
      declared.term = resolve(declared.term, this.symbols, this.picks, `${this.name}: ${declared.name}`);
      declared.picksReply = this.mentionsPick(declared.term);
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
function survives(line: StoredLine, { expression }: Mutant): boolean {
  try {
    return line.recheck(expression).holds;
  } catch (thrown) {
    if (thrown instanceof CourseError) return false;
    throw thrown;
  }
}

const mentions = (term: Term, name: string): boolean =>
  JSON.stringify(term).includes(JSON.stringify({ kind: "symbol", name }));
