/** Errors as a learner reads them: what went wrong, the lines around it with a mark, and how the code got there. */
import { cellFrame } from "../cells/cellFile";
import type { DiagnosticItem, ErrorReport } from "../cells/reports";

export interface ErrorContent {
  ename: string;
  evalue: string;
  traceback: string[];
}

/** The source of a cell by the name that stack frames give it. */
export type SourceOf = (label: string) => string | undefined;

const introductions: Record<ErrorReport["origin"], string> = {
  thrown: "",
  rejection: "nobody awaited this promise, and it was rejected\n",
  uncaught: "thrown in a timer or callback, where nothing could catch it\n",
};

const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;
const bold = (text: string): string => `\u001b[1m${text}\u001b[22m`;

const linesAround = 2;

export function errorContent(
  { name, message, stack, origin }: Omit<ErrorReport, "cell">,
  sourceOf: SourceOf,
): ErrorContent {
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  const found = frames.map((line) => cellFrame.exec(line)).find((match) => match !== null);
  const source = found && sourceOf(found[1]);
  const place = found && { line: Number(found[2]), column: Number(found[3]) };
  const excerpt = source && place ? ["", ...excerptOf(source, place, `[${found[1]}] line ${place.line}`)] : [];
  const head = introductions[origin] + bold(red(name)) + (message === "" ? "" : `: ${message}`);
  return {
    ename: name,
    evalue: message,
    traceback: [...head.split("\n"), ...excerpt, ...(frames.length > 0 ? ["", ...frames] : [])],
  };
}

export function diagnosticsContent(items: DiagnosticItem[], label: string, source: string): ErrorContent {
  const blocks = items.map((item) => {
    const where = `${item.file ?? `[${label}]`} line ${item.line}`;
    const head = `${bold(red(`TS${item.code}`))}: ${item.message}`.split("\n");
    const excerpt = item.file === undefined ? excerptOf(source, item, where) : [where];
    return [...head, "", ...excerpt];
  });
  const [first] = items;
  const more = items.length > 1 ? ` (and ${items.length - 1} more)` : "";
  return {
    ename: `TS${first.code}`,
    evalue: first.message.split("\n")[0] + more,
    traceback: blocks.flatMap((block, i) => (i > 0 ? ["", ...block] : block)),
  };
}

interface Place {
  line: number;
  column: number;
  length?: number;
}

/** A few lines of the cell, with a mark under the place. */
function excerptOf(source: string, { line, column, length = 1 }: Place, title: string): string[] {
  const lines = source.split("\n");
  const first = Math.max(1, line - linesAround);
  const shown = lines.slice(first - 1, line + linesAround);
  const width = String(first + shown.length - 1).length;
  const rest = Math.max(1, Math.min(length, (lines[line - 1] ?? "").length - column + 1));
  return [
    title,
    ...shown.flatMap((text, i) => {
      const number = first + i;
      const row = `${number === line ? "> " : "  "}${String(number).padStart(width)} | ${text}`;
      if (number !== line) return [row];
      const under = text.slice(0, column - 1).replace(/[^\t]/g, " ");
      return [row, `  ${" ".repeat(width)} | ${under}${red("^".repeat(rest))}`];
    }),
  ];
}
