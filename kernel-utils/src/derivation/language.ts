import { CourseError } from "../errors";
import { axesOf } from "./axes";
import { parseStatement, parseTerm } from "./parse";
import { resolve, resolveStatement } from "./resolve";
import {
  type DeclaredSymbol,
  declareSymbols,
  defaultArgs,
  type SymbolSpecs,
  type SymbolTable,
  timeAxis,
} from "./symbols";
import { childrenOf, type Statement, sameTerm, type Term } from "./term";

/** The symbols of one derivation, and what expressions over them mean. */
export class Language {
  readonly symbols: SymbolTable;

  /** @param picks names of single replies */
  constructor(
    readonly name: string,
    specs: SymbolSpecs,
    readonly picks: readonly string[],
  ) {
    this.symbols = declareSymbols(specs, name);
    this.resolveDefinitions();
  }

  statement(source: string, where: string): Statement {
    return resolveStatement(parseStatement(source, where), this.symbols, this.picks, where);
  }

  term(source: string, where: string): Term {
    return resolve(parseTerm(source, where), this.symbols, this.picks, where);
  }

  /** Whether a term speaks of single replies, outside any sum over them. */
  mentionsPick(term: Term): boolean {
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

  /** Whether `left` is the name of a definition and `right` what it stands for. */
  defines(left: Term, right: Term): boolean {
    const term = left.kind === "symbol" ? this.symbols.get(left.name)?.term : undefined;
    return term !== undefined && sameTerm(term, right);
  }

  /** Refuses a name that nothing is drawn for. */
  checkParameter(id: string, name: string): void {
    const kind = this.symbols.get(name)?.kind;
    if (kind && !["definition", "pairs", "preference"].includes(kind)) return;
    throw new CourseError(
      "derivation",
      `${id}: "${name}" cannot be varied; name a symbol that is drawn, not a definition`,
    );
  }

  scalar(id: string, name: string): DeclaredSymbol {
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
  drawnIn(terms: readonly Term[]): string[] {
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
}

const mentions = (term: Term, name: string): boolean =>
  JSON.stringify(term).includes(JSON.stringify({ kind: "symbol", name }));
