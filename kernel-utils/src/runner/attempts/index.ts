import { messageOf } from "../../errors";
import { findKernel } from "../../kernel";
import { defaults } from "../runNotebooks";
import { copyFiles, readCopy, readCourse } from "./copies";
import { gradeCopy } from "./grade";
import type { CopyGrades } from "./report";

export { type CopyGrades, gradesExitCode, gradesJson, gradesJunit, gradesText } from "./report";

export interface AttemptsOptions {
  cellTimeoutSeconds?: number;
  kernel?: string;
  signal?: AbortSignal;
}

/** @param courseFiles the course's notebooks, the authority for everything but the exercise cells */
export async function gradeAttempts(
  folder: string,
  courseFiles: string[],
  given: AttemptsOptions,
): Promise<CopyGrades[]> {
  const courses = courseFiles.map(readCourse);
  const settings = { ...defaults, ...given, kernel: findKernel(given.kernel) };
  const graded: CopyGrades[] = [];
  for (const name of copyFiles(folder)) {
    if (given.signal?.aborted) break;
    const copy = readCopy(folder, name, courses);
    if (!("answers" in copy)) {
      graded.push({ learner: name, notebook: "", grades: [], ...copy });
      continue;
    }
    const about = { learner: copy.learner, file: copy.file, notebook: copy.course.path };
    try {
      graded.push({ ...about, grades: await gradeCopy(copy, settings) });
    } catch (error) {
      graded.push({ ...about, grades: [], problem: `${copy.file}: ${messageOf(error)}` });
    }
  }
  return graded;
}
