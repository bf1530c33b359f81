import { annotation } from "../annotations";
import type { CopyGrades } from "./report";

/**
 * For GitHub Actions. A learner's wrong answer is a warning, at its line of the copy: it is a result and no fault of the
 * run. A copy that cannot be graded is an error. GitHub shows the first ten of each kind in a step.
 */
export const gradeAnnotations = ({ learner, file, grades, problem }: CopyGrades): string[] => [
  ...(problem === undefined ? [] : [annotation(file, undefined, problem)]),
  ...grades
    .filter(({ status }) => status === "failed")
    .map(({ exercise, message, line }) => annotation(file, line, `${learner}, ${exercise}: ${message}`, "warning")),
];
