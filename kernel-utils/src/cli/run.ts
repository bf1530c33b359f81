import { readdirSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { CourseError } from "../errors";
import { projectRoot } from "../projectRoot";
import {
  annotations,
  defaultJobs,
  defaults,
  exitCode,
  gradeAnnotations,
  gradeAttempts,
  gradesExitCode,
  gradesJson,
  gradesJunit,
  gradesStepSummary,
  gradesText,
  jsonReport,
  junitReport,
  Progress,
  progressLine,
  type RunReport,
  runNotebooks,
  runStepSummary,
  summaryText,
} from "../runner";
import { writeAtomically } from "../writeAtomically";
import type { Command } from "./command";
import { tellGitHub } from "./github";
import { parseOptions, usageError } from "./options";

const help = `align run: execute notebooks headlessly on the real Jupyter kernel

Usage:
  align run [NOTEBOOK…] [--jobs N] [--cell-timeout S] [--out DIR] [--junit FILE] [--json FILE] [--kernel NAME]
  align run [NOTEBOOK…] --attempts DIR [--jobs N] [--cell-timeout S] [--junit FILE] [--json FILE] [--kernel NAME]

Without NOTEBOOK: every notebook in notebooks/ of the project around the current folder.

Options:
  --jobs N          notebooks at a time, each on a kernel of its own (about 500 MB each); by default one for every two
                    processors, as far as memory allows (here ${defaultJobs()})
  --cell-timeout S  seconds a cell may take before it is interrupted, and ${defaults.graceSeconds} s later killed; by default ${defaults.cellTimeoutSeconds}.
                    //| slow: SECONDS raises it for its cell
  --out DIR         where the executed copies go; by default build/executed in the project. Sources are never written
  --junit FILE      also write a JUnit XML report: a suite a notebook, a case a code cell
  --json FILE       also write a JSON report, described below
  --kernel NAME     a kernel registered with Jupyter, or tslab as it comes; by default our own, which needs no
                    registration
  --attempts DIR    grade learners' copies in DIR, a subfolder or a file a learner; NOTEBOOKs are the originals

Grading, for example a class whose copies lie in submissions/ada/06-dpo.ipynb, submissions/ben/06-dpo.ipynb, …:
  align run notebooks/06-dpo.ipynb --attempts submissions --junit grades.xml --json grades.json

Only the exercise cells come from a copy, whatever its file is called; checks and what they rest on come from the
original, and cells that no check needs do not run. --jobs counts copies then. A line a copy goes to stderr; the table,
each learner's passed/attempted/all and the counts go to stdout. The JSON is {schemaVersion: 1, exitCode, copies:
[{learner, file, notebook, problem?, grades: [{exercise, status: passed | failed | not-attempted | not-graded, mistake?,
message, line?, seconds}]}]}. Exit code then: 0 everything attempted passed; 1 an exercise failed; 2 bad usage or a copy
that cannot be graded; 130 or 143 when stopped, the rest being not graded. docs/grading.md is for teachers.

A cell fails when the compiler refuses it, when it throws, when a promise or timer it started goes wrong, even during a
later cell, when it runs too long or when the kernel dies. //| expect-error: CODE turns that round: the cell passes only
if it fails with CODE, which is TypeScript's (TS2345), the error's name (RangeError) or its own code. After a failed
cell the rest of the notebook does not run. When the last cell has ended, timers it left behind are waited for.

The JSON report is {schemaVersion: 1, exitCode, seconds, passed, failed, unreadable, interrupted, notebooks: [{path,
status: passed | failed | unreadable | interrupted, seconds, problem?, warnings, executed?, cells: [{id, index, status:
passed | failed | not-run, seconds, failure?: {name, message, line?, column?, details}}]}]}.

Under GitHub Actions each failure is also an annotation, ::error file=…,line=…::, and the step gets a summary.

Exit code: 0 all cells ran; 1 a cell failed, or a kernel did not start; 2 bad usage, or a notebook that cannot be read
(also when cells of other notebooks failed: the others run all the same); 130 or 143 stopped by Ctrl-C or SIGTERM.
`;

const options = {
  jobs: { type: "string" },
  "cell-timeout": { type: "string" },
  out: { type: "string" },
  junit: { type: "string" },
  json: { type: "string" },
  kernel: { type: "string" },
  attempts: { type: "string" },
} as const;

const usage = (message: string): CourseError => usageError("run", message);

const parse = (argv: string[]) => parseOptions("run", { args: argv, allowPositionals: true, options });

function positive(name: string, given: string | undefined, isWhole: boolean): number | undefined {
  if (given === undefined) return undefined;
  const value = given.trim() === "" ? Number.NaN : Number(given);
  if (value > 0 && Number.isFinite(value) && (!isWhole || Number.isInteger(value))) return value;
  throw usage(`--${name} is "${given}"; give a ${isWhole ? "whole number, 1 or more" : "number of seconds above 0"}`);
}

function courseNotebooks(root: string | undefined): string[] {
  if (root === undefined) {
    throw usage(`no notebooks/ here or above ${process.cwd()}; name the notebooks, or go to the project's folder`);
  }
  const folder = path.join(root, "notebooks");
  const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb") && !name.startsWith("."));
  if (names.length === 0) throw usage(`${folder} holds no notebooks; name the ones to run`);
  return names.sort().map((name) => path.join(folder, name));
}

function checkFiles(files: string[]): void {
  for (const file of files) {
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
      throw usage(`${file} is a folder; name notebooks, for example ${path.join(file, "*.ipynb")}`);
    }
  }
}

/** Kernels that run side by side share the processors: each computes with its part of them, unless the user says so. */
function shareProcessors(kernels: number): void {
  process.env.ALIGN_THREADS ??= String(Math.max(1, Math.floor(os.availableParallelism() / kernels)));
}

/** Ctrl-C and SIGTERM end every kernel and let the run write what it has; a second one ends it on the spot. */
function abortOnSignals(): { signal: AbortSignal; exitCode(): number | undefined; release(): void } {
  const controller = new AbortController();
  let code: number | undefined;
  const stop = (name: NodeJS.Signals): void => {
    if (code !== undefined) process.exit(code); // kernels are killed on exit
    code = name === "SIGINT" ? 130 : 143;
    controller.abort();
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const name of signals) process.on(name, stop);
  const release = (): void => {
    for (const name of signals) process.off(name, stop);
  };
  return { signal: controller.signal, exitCode: () => code, release };
}

async function writeReports(report: RunReport, junit?: string, json?: string): Promise<void> {
  if (junit !== undefined) await writeAtomically(path.resolve(junit), junitReport(report));
  if (json !== undefined) await writeAtomically(path.resolve(json), jsonReport(report));
}

async function grade(
  folder: string,
  files: string[],
  values: ReturnType<typeof parse>["values"],
  jobs: number,
  seconds: number,
) {
  const stop = abortOnSignals();
  try {
    const copies = await gradeAttempts(folder, files, {
      cellTimeoutSeconds: seconds,
      kernel: values.kernel,
      jobs,
      signal: stop.signal,
      graded: (...heard) => process.stderr.write(`${progressLine(...heard)}\n`),
    });
    if (values.junit !== undefined) await writeAtomically(path.resolve(values.junit), gradesJunit(copies));
    if (values.json !== undefined) await writeAtomically(path.resolve(values.json), gradesJson(copies));
    process.stdout.write(gradesText(copies));
    tellGitHub(copies.flatMap(gradeAnnotations), gradesStepSummary(copies));
    return stop.exitCode() ?? gradesExitCode(copies);
  } finally {
    stop.release();
  }
}

export const command: Command = {
  name: "run",
  summary: "execute notebooks headlessly on the real Jupyter kernel",
  help,
  async run(argv) {
    const { values, positionals } = parse(argv);
    const root = projectRoot();
    const out = values.out ?? path.join(path.relative(process.cwd(), root ?? "."), "build", "executed");
    const jobs = positive("jobs", values.jobs, true);
    const cellTimeoutSeconds = positive("cell-timeout", values["cell-timeout"], false) ?? defaults.cellTimeoutSeconds;
    const files = positionals.length > 0 ? positionals : courseNotebooks(root);
    checkFiles(files);
    process.env.ALIGN_PROGRESS = "off"; // headless runs are nobody's progress
    if (values.attempts !== undefined) {
      if (values.out !== undefined) throw usage("--out has no use with --attempts: no copies are executed; drop it");
      shareProcessors(jobs ?? defaultJobs());
      return grade(values.attempts, files, values, jobs ?? defaultJobs(), cellTimeoutSeconds);
    }
    shareProcessors(Math.min(jobs ?? defaultJobs(), files.length));
    const stop = abortOnSignals();
    const progress = new Progress(process.stdout);
    try {
      const settings = {
        out,
        jobs,
        cellTimeoutSeconds,
        kernel: values.kernel,
        signal: stop.signal,
        listener: progress,
      };
      const report = await runNotebooks(files, settings);
      await writeReports(report, values.junit, values.json);
      process.stdout.write(summaryText(report, out));
      tellGitHub(report.notebooks.flatMap(annotations), runStepSummary(report));
      return stop.exitCode() ?? exitCode(report);
    } finally {
      progress.stop();
      stop.release();
    }
  },
};
