/** The cells of a chapter as a live page knows them. */
import type { PageCell } from "../../../live/protocol";

export interface LiveCell {
  id: string;
  /** The first line of the cell, `//| check: dpo-loss`, where it carries a directive; the page says it in words. */
  directive: string;
  /** What the cell is for: exercise, check, solution, derive, expect-error, slow; "" for all others. */
  role: string;
  /** What the directive names: an exercise, an error code. */
  subject: string;
  /** The text as the course has it, without its directive. */
  original: string;
}

const directivePattern = /^\/\/\| ([a-z-]+): (\S+)[^\n]*(?:\n|$)/;

export function liveCell({ id, source }: Pick<PageCell, "id" | "source">): LiveCell {
  const found = directivePattern.exec(source);
  return {
    id,
    directive: found?.[0].trimEnd() ?? "",
    role: found?.[1] ?? "",
    subject: found?.[2] ?? "",
    original: source.slice(found?.[0].length ?? 0).trim(),
  };
}

/** The cell as the checker reads it; `linesAdded` says by how much its lines are lower than the learner's. */
export const withDirective = ({ id, directive }: LiveCell, text: string): PageCell => ({
  ...{ id, kind: "code" },
  source: directive === "" ? text : `${directive}\n${text}`,
});

export const linesAdded = ({ directive }: LiveCell): number => (directive === "" ? 0 : 1);

/** Does the failure fit what an `expect-error` cell announces? */
export const isExpected = ({ role, subject }: LiveCell, error: { name: string; code?: string } | undefined): boolean =>
  role === "expect-error" && error !== undefined && [error.name, error.code].includes(subject);
