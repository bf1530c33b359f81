/** Runs many notebooks, several at a time, each on a kernel of its own; one that fails does not stop the others. */
import { availableParallelism, freemem } from "node:os";
import path from "node:path";
import { CourseError } from "../errors";
import { findKernel } from "../kernel";
import { type ExecuteOptions, executeNotebook } from "./executeNotebook";
import { type NotebookReport, type RunReport, summarise } from "./report";

export interface RunOptions extends Partial<Omit<ExecuteOptions, "kernel">> {
  /** Folder of the executed copies. */
  out: string;
  /** Notebooks at a time; default `defaultJobs()`. */
  jobs?: number;
  /** Name of a kernel registered with Jupyter; default our own, `alignment`. */
  kernel?: string;
  /** Told about every step, to show progress. */
  listener?: RunListener;
}

export interface RunListener {
  started?(path: string): void;
  /** `position` from 1 among the `count` code cells. */
  cell?(path: string, position: number, count: number): void;
  finished?(report: NotebookReport): void;
}

export const defaults = { cellTimeoutSeconds: 120, startSeconds: 60, graceSeconds: 5, settleSeconds: 2 };

/** A kernel with the tensor library's types loaded takes about 500 MB; twice that leaves room for the training. */
const bytesPerJob = 1e9;

/** One job for two processors (a kernel compiles and trains on one and collects garbage on others), if memory allows. */
export function defaultJobs(): number {
  return Math.max(1, Math.min(Math.floor(availableParallelism() / 2), Math.floor(freemem() / bytesPerJob)));
}

/** @throws CourseError `usage` or `kernel` before anything runs; what notebooks do is in the report alone */
export async function runNotebooks(files: string[], options: RunOptions): Promise<RunReport> {
  const { out, jobs = defaultJobs(), kernel, listener = {}, ...given } = options;
  const settings: ExecuteOptions = { ...defaults, ...given, kernel: findKernel(kernel) };
  const tasks = plan(files, out);
  const started = Date.now();
  const reports: NotebookReport[] = new Array(tasks.length);
  const queue = tasks.entries();
  const work = async (): Promise<void> => {
    for (const [i, { file, shownPath, target }] of queue) {
      listener.started?.(shownPath);
      const onCell = (position: number, count: number) => listener.cell?.(shownPath, position, count);
      reports[i] = settings.signal?.aborted
        ? { path: shownPath, status: "interrupted", seconds: 0, cells: [], warnings: [] }
        : await executeNotebook(file, shownPath, target, settings, onCell);
      listener.finished?.(reports[i]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, tasks.length) }, work));
  return summarise(reports, (Date.now() - started) / 1000);
}

interface Task {
  file: string;
  shownPath: string;
  target: string;
}

/** Where each copy goes; refuses to overwrite a source, or one copy by another. */
function plan(files: string[], out: string): Task[] {
  const targets = new Map<string, string>();
  return [...new Set(files.map((file) => path.resolve(file)))].map((file) => {
    const shownPath = path.relative(process.cwd(), file) || file;
    const target = path.join(path.resolve(out), path.basename(file));
    const other = targets.get(target);
    if (target === file) {
      const message = `align run: the executed copy of ${shownPath} would overwrite it; give --out another folder`;
      throw new CourseError("usage", message);
    }
    if (other !== undefined) {
      const message = `align run: ${other} and ${shownPath} would have the same executed copy; run them with different --out`;
      throw new CourseError("usage", message);
    }
    targets.set(target, shownPath);
    return { file, shownPath, target };
  });
}
