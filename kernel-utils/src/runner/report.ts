/** What a run of notebooks found out; reports, the summary and the exit code are drawn from this alone. */
import { whereIs } from "../notebook/source/format";

export type CellStatus =
  /** Ran, or failed exactly as its `expect-error` says. */
  | "passed"
  | "failed"
  /** An earlier cell failed, or the run was stopped. */
  | "not-run";

export interface Failure {
  /** Class of what went wrong: RangeError, TS2345, Timeout, KernelDied, ExpectedError … */
  name: string;
  /** One line, without the notebook and the cell. */
  message: string;
  /** Line and column in the cell's source, from 1, where they are known. */
  line?: number;
  column?: number;
  /** The stack in terms of cells, or every diagnostic of the compiler. */
  details: string;
}

export interface CellReport {
  id: string;
  /** Position in the notebook, from 0; prose is not listed. */
  index: number;
  status: CellStatus;
  seconds: number;
  failure?: Failure;
}

export interface NotebookReport {
  /** As messages name it: relative to the folder the command was called in. */
  path: string;
  /** `unreadable`: not a notebook of this course, nothing ran; `interrupted`: the run was stopped meanwhile. */
  status: "passed" | "failed" | "unreadable" | "interrupted";
  seconds: number;
  cells: CellReport[];
  /** Why no cell could run: the notebook is unreadable or the kernel did not start. */
  problem?: string;
  /** Things worth knowing that are no failure. */
  warnings: string[];
  /** The executed copy; absent where nothing ran. */
  executed?: string;
}

export interface RunReport {
  notebooks: NotebookReport[];
  seconds: number;
  passed: number;
  failed: number;
  unreadable: number;
  interrupted: number;
}

export function summarise(notebooks: NotebookReport[], seconds: number): RunReport {
  const count = (status: NotebookReport["status"]): number => notebooks.filter((one) => one.status === status).length;
  const counts = { passed: count("passed"), failed: count("failed") };
  return { notebooks, seconds, ...counts, unreadable: count("unreadable"), interrupted: count("interrupted") };
}

/** 2 before 1: of an unreadable notebook nothing is known, so the run as a whole has no answer. */
export function exitCode(report: RunReport): number {
  if (report.unreadable > 0) return 2;
  return report.failed + report.interrupted > 0 ? 1 : 0;
}

/** `notebooks/06-dpo.ipynb [beta-sweep, line 4]: message`, one line for each thing wrong with a notebook. */
export function failureLines(notebook: NotebookReport): string[] {
  if (notebook.problem !== undefined) return [notebook.problem];
  return notebook.cells.flatMap(({ id, failure }) => {
    if (failure === undefined) return [];
    return [`${whereIs(notebook.path, id, failure.line)}: ${failure.message}`];
  });
}
