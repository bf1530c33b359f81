/** Whether a cell that has ended did what it should. */
import type { Cell } from "./cell";
import { type Press, plainError } from "./press";
import type { ErrorContent } from "./traceback";

export class Verdict {
  private unheard: { content: ErrorContent; label: string }[] = [];

  constructor(private readonly press: Press) {}

  /** An error of a cell that has been answered already: a batch front end has not heard of it. */
  remember(cell: Cell, content: ErrorContent): void {
    if (cell.isBatch) this.unheard.push({ content, label: cell.label });
  }

  /** @returns the error that the reply has to name; undefined: all is well */
  on(cell: Cell, isOk: boolean): ErrorContent | undefined {
    const { expected, reports } = cell;
    if (expected !== undefined) {
      if (!cell.isAsExpected) return this.otherThan(expected, cell);
      for (const report of reports) this.press.expected(cell, report);
    } else if (reports.length > 0) {
      return this.press.contentOf(cell, reports[0]);
    } else if (!isOk) {
      const content = plainError("KernelError", "the cell ended without a word of what was wrong");
      this.press.error(cell, content);
      return content;
    }
    return cell.isBatch ? this.ofOthers(cell) : undefined;
  }

  /** What went wrong was held back until now, as it could have been what the cell expects. */
  private otherThan(expected: string, cell: Cell): ErrorContent {
    for (const report of cell.reports) this.press.error(cell, this.press.contentOf(cell, report), report);
    const [first] = cell.reports;
    if (first) return this.press.contentOf(cell, first);
    const content = plainError("ExpectedError", `expected to fail with ${expected}, but nothing went wrong`);
    this.press.error(cell, content);
    return content;
  }

  /** A batch front end learns from replies alone: work of an earlier cell that failed meanwhile is told with this one. */
  private ofOthers(cell: Cell): ErrorContent | undefined {
    const [first] = this.unheard;
    this.unheard = [];
    if (first === undefined) return undefined;
    this.press.stream(cell, "stderr", `work that [${first.label}] had started failed meanwhile:\n`);
    this.press.error(cell, first.content);
    return first.content;
  }
}
