/** The course's symbols: one table, which the page shows and the derivations must agree with. */
import type { SymbolKind } from "../../../derivation";

export interface NotationEntry {
  /** LaTeX as prose writes it. */
  latex: string;
  meaning: string;
  /** "nats", "reward", "probability", or none. */
  unit: string;
  /** Of the array in code: "[B]", "[B, T]"; a number has none. */
  shape: string;
  /** What code calls it. */
  code: string;
  chapter: string;
  /** The tag of the equation there that introduces it. */
  equation?: string;
  /** How derivations declare it: name, kinds, and the LaTeX it has there. */
  declared?: { name: string; kinds: readonly SymbolKind[]; latex: readonly string[] };
}

export const declared = (name: string, kinds: readonly SymbolKind[], ...latex: string[]) => ({ name, kinds, latex });
