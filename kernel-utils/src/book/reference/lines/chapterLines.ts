/** The lines of a chapter's derivations as data, from the derivations themselves. */
import type { Derivation, LineKind, LineMutants } from "../../../derivation";
import { termLatex } from "../../../derivation/latex";
import type { DeclaredSymbol } from "../../../derivation/symbols";

export interface LineFacts {
  id: string;
  from?: string;
  kind: LineKind;
  latex: string;
  /** As written in the notebook: the one source of formula and check. */
  expression: string;
  move: string;
  source?: string;
  /** Random draws on which it held, and those beyond float64. */
  draws: number;
  unresolved: number;
  residual: number;
  /** Algebra alone shows it, too. */
  simplified: boolean;
  mutants?: Omit<LineMutants, "id">;
}

export interface SymbolFacts extends Pick<DeclaredSymbol, "name" | "kind" | "latex" | "args"> {
  /** What a definition stands for, as LaTeX. */
  is?: string;
}

export interface DerivationFacts {
  name: string;
  symbols: SymbolFacts[];
  lines: LineFacts[];
}

export interface ChapterLines {
  /** File name of the notebook, without its ending. */
  chapter: string;
  derivations: DerivationFacts[];
  mutated: boolean;
}

/** @param announced what the directives say a line follows from: its options name none where that is an equation in prose */
export const chapterLines = (
  chapter: string,
  derivations: readonly Derivation[],
  announced: ReadonlyMap<string, string>,
  mutate: boolean,
): ChapterLines => ({
  chapter,
  mutated: mutate,
  derivations: derivations.map((derivation) => {
    const mutants = new Map(mutate ? derivation.mutate().byLine.map(({ id, ...counts }) => [id, counts]) : []);
    return {
      name: derivation.name,
      symbols: [...derivation.symbols.values()].map(({ name, kind, latex, args, term }) => ({
        ...{ name, kind, latex, args },
        is: term && termLatex(term, derivation.symbols),
      })),
      lines: derivation
        .results()
        .map(({ id, from, kind, latex, expression, move, source, draws, unresolved, residual, simplified }) => {
          const facts = {
            id,
            from: from ?? announced.get(id),
            kind,
            latex,
            expression,
            move,
            source,
            draws,
            unresolved,
            residual,
          };
          return { ...facts, simplified: simplified ?? false, mutants: mutants.get(id) };
        }),
    };
  }),
});
