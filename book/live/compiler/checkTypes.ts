/** The strict type check of a notebook that somebody is in the middle of changing. */
import type { Notebook } from "../../../kernel-utils/src/notebook/source/format";
import type { Problem } from "../../../kernel-utils/src/notebook/source/problem";
import { codeProblems } from "../../../kernel-utils/src/notebook/source/types";

/** Here no kernel loses a name in `{ name }`, and a learner may rename what a stub declares. */
const accepted = ["shorthand", "solution"];

/** What `align check` wants mended before it looks at types: syntax, broken rules, names declared twice. */
const stopsCheck = ({ code }: Problem): boolean => ["redeclared", "rule"].includes(code) || /^TS1\d{3}$/.test(code);

/**
 * As `align check` sees it, whole, because a name that changed its type may break a cell further down. Where a cell
 * stops the check, cells above it are checked all the same: a page is often half-way between two sound states.
 */
export function checkTypes(notebook: Notebook): Problem[] {
  const found = codeProblems([notebook], accepted)[0].filter(isLearners);
  const stops = found.filter(stopsCheck);
  if (stops.length === 0) return found;
  const first = Math.min(...stops.map(({ cell }) => cell.index));
  const above = { ...notebook, cells: notebook.cells.slice(0, first) };
  return [...codeProblems([above], accepted)[0].filter(isLearners), ...stops];
}

/** That an exercise lacks its check is the notebook's affair, and of one that is cut off. */
const isLearners = ({ code }: Problem): boolean => code !== "exercise";
