/** What the run time must know of a cell: its test's name, its limit, and where its lines lie in the .ipynb. */
import type { Directive } from "../directives";
import { type Cell, offsetOfLine } from "../format";
import type { Problem } from "../problem";
import { exerciseOf, type Step } from "../program";
import type { LocatedMessage, StepMeta } from "./meta";

/** @param refusal why the cell cannot be run at all, if it cannot */
export function stepMeta(
  { cell, stub }: Step,
  cellTimeoutSeconds: number,
  refusal: Problem | undefined,
  located: (problem: Problem) => LocatedMessage,
): StepMeta {
  const slow = cell.directive?.name === "slow" ? cell.directive.seconds : 0;
  return {
    id: cell.id,
    title: `[${cell.id}] ${title(cell)}`.trim(),
    directive: cell.directive,
    seconds: Math.max(cellTimeoutSeconds, slow),
    lines: linePlaces(cell),
    refused: refusal && located(refusal),
    stub: stub && stubMeta(stub),
  };
}

function stubMeta(stub: Cell): StepMeta["stub"] {
  const attempted = !/\btodo\s*\(/.test(stub.source);
  const what = attempted ? "its answer passes the check" : "says not attempted yet";
  return {
    id: stub.id,
    title: `[${stub.id}] stub ${exerciseOf(stub.directive)}: ${what}`,
    attempted,
    lines: linePlaces(stub),
  };
}

const linePlaces = (cell: Cell): [number, number][] =>
  cell.source.split("\n").map((_, i) => {
    const { line, column } = cell.placeAt(offsetOfLine(cell, i + 1));
    return [line, column];
  });

/** What the cell is, in its own words: its directive, or the comment it begins with. */
function title({ directive, source }: Cell): string {
  const comment = /^\s*(?:\/\/\|.*\n)?\s*\/[/*]+\s*(.*?)\s*(?:\*\/)?$/m.exec(source.slice(0, 400))?.[1] ?? "";
  if (directive === undefined) return source.trimStart().startsWith("/") ? comment : "";
  return directiveTitle(directive);
}

function directiveTitle(directive: Directive): string {
  switch (directive.name) {
    case "derive":
      return `derive ${directive.line} from ${directive.from}`;
    case "expect-error":
      return `fails with ${directive.code}`;
    case "slow":
      return `slow, at most ${directive.seconds} s`;
    default:
      return `${directive.name} ${directive.exercise}`;
  }
}
