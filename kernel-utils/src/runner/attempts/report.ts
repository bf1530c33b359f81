/** What grading found out, as a table, as JUnit and as JSON. */
import { quoted } from "../junitReport";
import type { Grade } from "./grade";

export interface CopyGrades {
  learner: string;
  file: string;
  /** The notebook of the course. */
  notebook: string;
  grades: Grade[];
  /** Why it could not be graded. */
  problem?: string;
}

/** 2: a copy could not be graded; 1: something attempted failed; 0: everything attempted passed. */
export function gradesExitCode(copies: readonly CopyGrades[]): number {
  if (copies.some(({ problem }) => problem !== undefined)) return 2;
  return copies.some(({ grades }) => grades.some(({ status }) => status === "failed")) ? 1 : 0;
}

export const gradesJson = (copies: readonly CopyGrades[]): string =>
  `${JSON.stringify({ schemaVersion: 1, exitCode: gradesExitCode(copies), copies }, null, 2)}\n`;

export function gradesText(copies: readonly CopyGrades[]): string {
  const rows = copies.flatMap(({ learner, grades }) =>
    grades.map(({ exercise, status, mistake, message }) => {
      const why = status === "failed" ? (mistake ? `${mistake}: ${message}` : message) : "";
      return [learner, exercise, status.replace("-", " "), why];
    }),
  );
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length), 0));
  const lines = rows.map((row) =>
    row
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const count = (status: Grade["status"]) =>
    copies.flatMap(({ grades }) => grades).filter((one) => one.status === status).length;
  const problems = copies.flatMap(({ problem }) => problem ?? []);
  const counts = `${copies.length} copies: ${count("passed")} passed, ${count("failed")} failed, ${count("not-attempted")} not attempted`;
  return `${[...lines, ...problems, counts].join("\n")}\n`;
}

export function gradesJunit(copies: readonly CopyGrades[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="align run --attempts">\n${copies.map(suite).join("")}</testsuites>\n`;
}

function suite({ learner, file, grades, problem }: CopyGrades): string {
  const count = (status: Grade["status"]) => grades.filter((one) => one.status === status).length;
  const cases = grades.map((grade) => testCase(learner, grade));
  if (problem) cases.push(`    <testcase name="notebook"><error message=${quoted(problem)}/></testcase>\n`);
  const counts = `tests="${cases.length}" failures="${count("failed")}" errors="${problem ? 1 : 0}" skipped="${count("not-attempted")}"`;
  return `  <testsuite name=${quoted(`${learner} ${file}`)} ${counts}>\n${cases.join("")}  </testsuite>\n`;
}

function testCase(learner: string, { exercise, status, mistake, message, seconds }: Grade): string {
  const head = `    <testcase classname=${quoted(learner)} name=${quoted(exercise)} time="${seconds.toFixed(3)}"`;
  if (status === "passed") return `${head}/>\n`;
  if (status === "not-attempted") return `${head}><skipped message=${quoted(message)}/></testcase>\n`;
  return `${head}><failure message=${quoted(message)} type=${quoted(mistake ?? "failed")}/></testcase>\n`;
}
