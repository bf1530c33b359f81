/** What a run or a class came to, as the Markdown page that GitHub Actions shows for a step. */
import type { CopyGrades } from "./attempts/report";
import { failureLines, type NotebookReport, type RunReport } from "./report";

/** Rows of a table; GitHub drops a summary over 1 MiB whole, and nobody reads so far. */
const longest = 200;

/** Text of learners and compilers in a cell: shown as it is, whatever Markdown or HTML it looks like. */
const cell = (text: string): string =>
  text
    .replace(/\s+/g, " ")
    .slice(0, 300)
    .replace(/[\\`*_{}[\]|~#@]/g, "\\$&")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;");

function table(header: string[], rows: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.join(" | ")} |`;
  const shown = rows.slice(0, longest).map((row) => line(row.map(cell)));
  const rest = rows.length > longest ? [`\n${rows.length - longest} more are in the report.`] : [];
  return [line(header), line(header.map(() => "---")), ...shown, ...rest, ""].join("\n");
}

/** A row a learner, and a row for each answer that failed or copy that could not be graded. */
export function gradesStepSummary(copies: readonly CopyGrades[]): string {
  const count = ({ grades }: CopyGrades, status: string): string =>
    String(grades.filter((one) => one.status === status).length);
  const states = ["passed", "failed", "not-attempted"];
  const learners = copies.map((copy) => [copy.learner, ...states.map((status) => count(copy, status))]);
  const wrong = copies.flatMap(({ learner, grades, problem }) => [
    ...(problem === undefined ? [] : [[learner, "—", problem]]),
    ...grades
      .filter(({ status }) => status === "failed" || status === "not-graded")
      .map(({ exercise, message }) => [learner, exercise, message]),
  ]);
  const details = wrong.length > 0 ? [`### To look at\n`, table(["learner", "exercise", "what it says"], wrong)] : [];
  return [`## Grades\n`, table(["learner", "passed", "failed", "not attempted"], learners), ...details].join("\n");
}

/** A row a notebook, with the line about what failed in it. */
export function runStepSummary({ notebooks }: RunReport): string {
  const cells = ({ cells: all }: NotebookReport): string =>
    `${all.filter(({ status }) => status === "passed").length} of ${all.length}`;
  const rows = notebooks.map((one) => [one.path, one.status, cells(one), failureLines(one).join("; ")]);
  return [`## Notebooks\n`, table(["notebook", "", "cells passed", "what failed"], rows)].join("\n");
}
