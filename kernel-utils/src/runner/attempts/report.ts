/** What grading found out, as a table, as JUnit and as JSON. */
import { alignColumns } from "../../alignColumns";
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

const words = (status: Grade["status"]): string => status.replace("-", " ");
const counted = (grades: readonly Grade[], status: Grade["status"]): number =>
  grades.filter((one) => one.status === status).length;

/** A line an exercise, what could not be graded, a line a learner, and the counts. */
export function gradesText(copies: readonly CopyGrades[]): string {
  const all = copies.flatMap(({ grades }) => grades);
  const rows = copies.flatMap(({ learner, grades }) =>
    grades.map(({ exercise, status, mistake, message }) => {
      const why = status === "failed" ? (mistake ? `${mistake}: ${message}` : message) : "";
      return [learner, exercise, words(status), why];
    }),
  );
  const problems = copies.flatMap(({ problem }) => problem ?? []);
  const stops = counted(all, "not-graded");
  const states = `${counted(all, "passed")} passed, ${counted(all, "failed")} failed, ${counted(all, "not-attempted")} not attempted`;
  const noun = copies.length === 1 ? "copy" : "copies";
  const counts = `${copies.length} ${noun}: ${states}${stops > 0 ? `, ${stops} not graded` : ""}`;
  return `${[...alignColumns(rows), ...problems, "", ...alignColumns(learnerRows(copies)), "", counts].join("\n")}\n`;
}

/** For each learner, over all copies: passed, attempted and all exercises. */
function learnerRows(copies: readonly CopyGrades[]): string[][] {
  const learners = [...new Set(copies.map(({ learner }) => learner))];
  const rows = learners.map((learner) => {
    const own = copies.filter((copy) => copy.learner === learner);
    const grades = own.flatMap((copy) => copy.grades);
    const attempted = counted(grades, "passed") + counted(grades, "failed");
    const rest = [
      ...(counted(grades, "not-graded") > 0 ? [`${counted(grades, "not-graded")} not graded`] : []),
      ...(own.some(({ problem }) => problem !== undefined) ? ["a copy could not be graded"] : []),
    ];
    return [learner, `${counted(grades, "passed")}/${attempted}/${grades.length}`, rest.join(", ")];
  });
  return [["learner", "passed/attempted/all", ""], ...rows];
}

/** One line when a copy is done. */
export function progressLine(
  { learner, grades, problem }: CopyGrades,
  position: number,
  count: number,
  seconds: number,
): string {
  const result = problem === undefined ? `${counted(grades, "passed")} of ${grades.length} passed` : "CANNOT BE GRADED";
  return `${learner} (${position} of ${count})  ${result}  ${seconds.toFixed(1)} s`;
}

export function gradesJunit(copies: readonly CopyGrades[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="align run --attempts">\n${copies.map(suite).join("")}</testsuites>\n`;
}

function suite({ learner, file, grades, problem }: CopyGrades): string {
  const skipped = counted(grades, "not-attempted") + counted(grades, "not-graded");
  const cases = grades.map((grade) => testCase(learner, grade));
  if (problem) cases.push(`    <testcase name="notebook"><error message=${quoted(problem)}/></testcase>\n`);
  const counts = `tests="${cases.length}" failures="${counted(grades, "failed")}" errors="${problem ? 1 : 0}" skipped="${skipped}"`;
  return `  <testsuite name=${quoted(`${learner} ${file}`)} ${counts}>\n${cases.join("")}  </testsuite>\n`;
}

function testCase(learner: string, { exercise, status, mistake, message, seconds }: Grade): string {
  const head = `    <testcase classname=${quoted(learner)} name=${quoted(exercise)} time="${seconds.toFixed(3)}"`;
  if (status === "passed") return `${head}/>\n`;
  if (status !== "failed") return `${head}><skipped message=${quoted(`${words(status)}: ${message}`)}/></testcase>\n`;
  return `${head}><failure message=${quoted(message)} type=${quoted(mistake ?? "failed")}/></testcase>\n`;
}
