import { annotation } from "../annotations";
import type { CopyGrades } from "./report";

/**
 * For GitHub Actions: what makes the step fail, a wrong answer at its line of the copy or a copy that cannot be graded.
 * GitHub shows the first ten in a step.
 */
export const gradeAnnotations = ({ learner, file, grades, problem }: CopyGrades): string[] => [
  ...(problem === undefined ? [] : [annotation(file, undefined, problem)]),
  ...grades
    .filter(({ status }) => status === "failed")
    .map(({ exercise, message, line }) => annotation(file, line, `${learner}, ${exercise}: ${message}`)),
];
