/** What a notebook cites, and whether the bibliography has it: keys in tags, and papers by their arXiv numbers. */

import { nearestTo } from "../../nearest";
import type { Cell, Notebook } from "./format";
import type { Problem } from "./problem";

interface Citation {
  cell: Cell;
  offset: number;
  /** A key as in rafailov2023, or a paper as in arXiv:2305.18290. */
  key: string;
}

const tagged = /\\tag\*?\{[^}]*?cited:\s*([\w:.-]+)\s*\}/g;
const paper = /arXiv:\d{4}\.\d{4,5}/g;

/** Tags are read in prose, arXiv numbers everywhere: a derivation names its sources in code. */
export function citations({ cells }: Notebook): Citation[] {
  return cells.flatMap((cell) => {
    const keys =
      cell.kind === "markdown" ? [...cell.source.matchAll(tagged)].map((found) => [found, found[1]] as const) : [];
    const papers = [...cell.source.matchAll(paper)].map((found) => [found, found[0]] as const);
    return [...keys, ...papers].map(([{ index = 0 }, key]) => ({ cell, offset: index, key }));
  });
}

/** @param known keys and arXiv numbers of the bibliography */
export function unknownCitations(notebook: Notebook, known: ReadonlySet<string>): Problem[] {
  return citations(notebook)
    .filter(({ key }) => !known.has(key))
    .map(({ cell, offset, key }) => {
      const nearest = nearestTo(key, [...known]);
      const way = nearest ? `did you mean ${nearest}? Otherwise add it` : "add it";
      return { cell, offset, code: "citation", message: `cites ${key}, which the bibliography has not; ${way}` };
    });
}
