import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { bibliographyFile, citationKeys, parseBibliography } from "../book/reference/bibliography";
import { CourseError } from "../errors";
import { notebookText, readNotebookJson } from "../notebook/committed";
import { checkNotebooks, findNotebooks, type NotebookReport } from "../notebook/source/checkNotebooks";
import { projectRoot } from "../projectRoot";
import { annotation } from "../runner/annotations";
import { writeAtomically } from "../writeAtomically";
import type { Command } from "./command";
import { tellGitHub } from "./github";

const help = `align check: what can be known of notebooks without running them

Usage:
  align check [NOTEBOOK…]             notebooks or folders; without any, the folder notebooks/
  align check --mutate [NOTEBOOK…]    checks the checks of their derivations instead
  align check --fix [NOTEBOOK…]       first lays the files out as the course's are; changes no word in them

Checks that directives are known and where they belong, cell ids are unique slugs, the whole notebook passes the strict
TypeScript compiler with no name used above its cell, every exercise has a check and a folded solution, and every display
equation is checked by a derive cell, or tagged as a definition or as cited, and what is cited stands in
data/bibliography.json.

Outputs may be kept if npm run notebooks:refresh made them: they must belong to the sources beside them, hold no times,
dates or paths of one machine, and leave the file at 1 MB or less. The file names the course's kernel and is laid out
with sorted keys, one string a line, so that a diff shows what changed.

--mutate runs the statements that the derivations need, no training, and puts the classic mistakes into every displayed
line, one at a time: a sign, chosen for rejected, β dropped or inverted, a log left out, the reference for the policy,
a mean for a sum, another limit point … Each must be refused by the line's own check. A mutant that says the same as the
line is listed in the notebook with the reason, equivalent: { "mutant": "reason" }, which is checked too.

Under GitHub Actions each problem is also an annotation, ::error file=…,line=…::.

Exit code: 0 all in order; 1 something is wrong, or a mutant survives unexplained; 2 bad usage, or a file that cannot be read.
`;

function line({ path, problems, cells, mathematics }: NotebookReport): string {
  const { checked, total, definitions, cited } = mathematics;
  if (problems.length > 0) return `${path}: ${problems.length} problem${problems.length === 1 ? "" : "s"}`;
  return `${path}: in order, ${cells} cells, lines checked ${checked}/${total}, definitions ${definitions}, cited ${cited}`;
}

function summary(reports: NotebookReport[]): string {
  const sum = (count: (report: NotebookReport) => number): number => reports.reduce((n, r) => n + count(r), 0);
  const inOrder = sum(({ problems }) => (problems.length === 0 ? 1 : 0));
  const checked = `${sum((r) => r.mathematics.checked)}/${sum((r) => r.mathematics.total)}`;
  return `${inOrder} of ${reports.length} notebooks in order, lines checked ${checked}`;
}

async function run(argv: string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { mutate: { type: "boolean", default: false }, fix: { type: "boolean", default: false } },
  });
  if (positionals.length === 0 && !existsSync("notebooks")) {
    throw new CourseError("usage", "align check: there is no folder notebooks/ here; name the notebooks to check");
  }
  const paths = findNotebooks(positionals.length > 0 ? positionals : ["notebooks"]);
  if (values.mutate) return mutate(paths);
  if (values.fix) for (const file of paths) await layOut(file);
  const reports = checkNotebooks(paths, { citable: citable() });
  for (const report of reports) {
    process.stdout.write(`${line(report)}\n`);
    for (const problem of report.problems) process.stderr.write(`align check: ${problem}\n`);
  }
  process.stdout.write(`${summary(reports)}\n`);
  tellGitHub(
    reports.flatMap(({ path, problems, lines }) => problems.map((text, i) => annotation(path, lines[i], text))),
  );
  if (reports.some(({ unreadable }) => unreadable)) return 2;
  return reports.some(({ problems }) => problems.length > 0) ? 1 : 0;
}

/** Writes a notebook in the normal form; one that is no JSON is left to the check, which says where. */
async function layOut(file: string): Promise<void> {
  let text: string;
  let laidOut: string;
  try {
    text = readFileSync(file, "utf8");
    laidOut = notebookText(readNotebookJson(text));
  } catch {
    return;
  }
  if (text !== laidOut) await writeAtomically(file, laidOut);
}

/** What the project's bibliography lists; undefined outside a project that has one. */
function citable(): ReadonlySet<string> | undefined {
  const root = projectRoot();
  const file = root && path.join(root, bibliographyFile);
  if (!file || !existsSync(file)) return undefined;
  return citationKeys(parseBibliography(readFileSync(file, "utf8"), bibliographyFile));
}

async function mutate(paths: string[]): Promise<number> {
  // Loaded here: the plain check does not wait for a tensor backend.
  const { mutateNotebook, mutationTable } = await import("./mutate");
  const notebooks = [];
  for (const path of paths) {
    const mutated = await mutateNotebook(path);
    for (const problem of mutated.problems) process.stderr.write(`align check: ${problem}\n`);
    notebooks.push(mutated);
  }
  process.stdout.write(mutationTable(notebooks));
  if (notebooks.some(({ unreadable }) => unreadable)) return 2;
  return notebooks.some(({ problems }) => problems.length > 0) ? 1 : 0;
}

export const command: Command = {
  name: "check",
  summary: "types, directives, order and mathematics of notebooks, without running them",
  help,
  run,
};
