/** Runs one notebook on a kernel of its own (variables live in its process) and writes the executed copy. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { CourseError, messageOf } from "../errors";
import type { KernelSpec } from "../kernel";
import { type Cell, type Notebook, parseNotebook } from "../notebook/source/format";
import { writeAtomically } from "../writeAtomically";
import { type ExecutedCell, executedCopy } from "./executedCopy";
import { type Ending, judge } from "./judge";
import type { KernelLink } from "./kernelLink";
import type { CellReport, NotebookReport } from "./report";
import { runCell } from "./runCell";
import { settle } from "./settle";
import { startKernel } from "./startKernel";

export interface ExecuteOptions {
  kernel: KernelSpec;
  /** For each cell; a `slow` directive raises it for its own. */
  cellTimeoutSeconds: number;
  /** From the kernel's start to its first answer. */
  startSeconds: number;
  /** Between the interrupt of a cell that runs too long and the end of its kernel. */
  graceSeconds: number;
  /** After the last cell, for repeating timers and open requests; one-shot timers are waited for up to the timeout. */
  settleSeconds: number;
  /** Stops the run: the kernel is killed, what was executed so far is written. */
  signal?: AbortSignal;
}

/** Called before each code cell: its position among the code cells, from 1, and their number. */
export type OnCell = (position: number, count: number) => void;

interface Run {
  cell: Cell;
  ending?: Ending;
  executed: ExecutedCell;
}

/**
 * @param file path of the notebook @param shownPath how messages name it @param target path of the executed copy
 * Never throws for what a notebook does: the report says it.
 */
export async function executeNotebook(
  file: string,
  shownPath: string,
  target: string,
  options: ExecuteOptions,
  onCell: OnCell = () => {},
): Promise<NotebookReport> {
  const started = Date.now();
  const report: NotebookReport = { path: shownPath, status: "passed", seconds: 0, cells: [], warnings: [] };
  try {
    const { text, notebook } = await read(file, shownPath);
    const runs = await runAll(notebook, path.dirname(path.resolve(file)), options, report, onCell);
    report.cells = runs.map(reportOf);
    if (report.cells.some(({ status }) => status === "failed")) report.status = "failed";
    if (runs.some(({ executed }) => executed.started !== undefined)) {
      await writeAtomically(target, executedCopy(text, new Map(runs.map(({ cell, executed }) => [cell.id, executed]))));
      report.executed = target;
    }
  } catch (error) {
    report.status = isUnreadable(error) ? "unreadable" : "failed";
    report.problem = isUnreadable(error) ? error.message : `${shownPath}: ${messageOf(error)}`;
  }
  if (options.signal?.aborted && report.status !== "unreadable") {
    report.status = "interrupted";
    report.problem = undefined;
  }
  report.seconds = (Date.now() - started) / 1000;
  return report;
}

const isUnreadable = (error: unknown): error is CourseError =>
  error instanceof CourseError && (error.code === "bad-notebook" || error.code === "bad-file");

async function read(file: string, shownPath: string): Promise<{ text: string; notebook: Notebook }> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "no such file" : messageOf(cause);
    throw new CourseError("bad-file", `${shownPath}: cannot be read: ${reason}; check the path`, { cause });
  }
  return { text, notebook: parseNotebook(text, shownPath) };
}

async function runAll(
  notebook: Notebook,
  folder: string,
  options: ExecuteOptions,
  report: NotebookReport,
  onCell: OnCell,
): Promise<Run[]> {
  const cells = notebook.cells.filter(({ kind, source }) => kind === "code" && source.trim() !== "");
  const runs = cells.map((cell): Run => ({ cell, executed: { outputs: [], executionCount: null } }));
  if (runs.length === 0) return runs;
  const link = await startKernel(options.kernel, folder, options.startSeconds, options.signal);
  try {
    const isFine = await runInOrder(link, runs, options, onCell);
    if (isFine) await settleAfter(link, runs, options, report);
  } finally {
    await link.close();
  }
  return runs;
}

/** @returns whether every cell passed; cells after the first failed one do not run */
async function runInOrder(link: KernelLink, runs: Run[], options: ExecuteOptions, onCell: OnCell): Promise<boolean> {
  for (const [i, run] of runs.entries()) {
    if (options.signal?.aborted) return false;
    onCell(i + 1, runs.length);
    const started = new Date();
    const { ending, executionCount } = await runCell(
      link,
      run.cell,
      timeoutOf(run.cell, options),
      options.graceSeconds,
    );
    run.executed = { outputs: link.outputs.of(run.cell.id), executionCount, started, ended: new Date() };
    if (options.signal?.aborted) return false; // killed by us: the cell has no verdict
    run.ending = ending;
    // Earlier cells too: what they started may have gone wrong meanwhile.
    for (const earlier of runs.slice(0, i + 1)) judgeRun(link, earlier);
    if (runs.some(({ executed }) => executed.failure !== undefined)) return false;
  }
  return true;
}

async function settleAfter(link: KernelLink, runs: Run[], options: ExecuteOptions, report: NotebookReport) {
  const timeoutSeconds = Math.max(...runs.map(({ cell }) => timeoutOf(cell, options)));
  const { fault, warning } = await settle(link, timeoutSeconds, options.settleSeconds);
  if (options.signal?.aborted) return;
  if (warning !== undefined) report.warnings.push(`${report.path}: ${warning}`);
  for (const run of runs) if (run.cell.id === fault?.cell) run.ending = fault.ending;
  for (const run of runs) judgeRun(link, run);
}

function judgeRun(link: KernelLink, run: Run): void {
  if (run.ending === undefined) return;
  run.executed.failure ??= judge(run.cell, run.ending, link.troublesOf(run.cell.id));
}

const timeoutOf = ({ directive }: Cell, { cellTimeoutSeconds }: ExecuteOptions): number =>
  directive?.name === "slow" ? Math.max(directive.seconds, cellTimeoutSeconds) : cellTimeoutSeconds;

function reportOf({ cell, ending, executed }: Run): CellReport {
  const { started, ended, failure } = executed;
  const status = ending === undefined ? "not-run" : failure === undefined ? "passed" : "failed";
  const seconds = started && ended ? (ended.getTime() - started.getTime()) / 1000 : 0;
  return { id: cell.id, index: cell.index, status, seconds, ...(failure === undefined ? {} : { failure }) };
}
