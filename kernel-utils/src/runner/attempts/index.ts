import { messageOf } from "../../errors";
import { findKernel } from "../../kernel";
import type { Notebook } from "../../notebook/source/format";
import { defaultJobs, defaults } from "../runNotebooks";
import { copyFiles, readCopy, readCourse } from "./copies";
import { exercisesOf, gradeCopy, stopped } from "./grade";
import type { CopyGrades } from "./report";
import type { GradeOptions } from "./session";

export { gradeAnnotations } from "./annotations";
export { type CopyGrades, gradesExitCode, gradesJson, gradesJunit, gradesText, progressLine } from "./report";

export interface AttemptsOptions {
  cellTimeoutSeconds?: number;
  kernel?: string;
  /** Copies at a time; default `defaultJobs()`. */
  jobs?: number;
  signal?: AbortSignal;
  /** Hears of every copy when it is done, the how manieth of how many, and the seconds it took. */
  graded?(copy: CopyGrades, position: number, count: number, seconds: number): void;
}

/**
 * @param courseFiles the course's notebooks, the authority for everything but the exercise cells
 * @returns one entry a copy, in the order of their names, also of those that could not be graded
 * @throws CourseError `usage`, `bad-notebook` or `kernel` before anything runs
 */
export async function gradeAttempts(
  folder: string,
  courseFiles: string[],
  { jobs = defaultJobs(), graded, ...given }: AttemptsOptions,
): Promise<CopyGrades[]> {
  const courses = courseFiles.map(readCourse);
  const settings = { ...defaults, ...given, kernel: findKernel(given.kernel) };
  const names = copyFiles(folder);
  const copies: CopyGrades[] = new Array(names.length);
  const queue = names.entries();
  let done = 0;
  const work = async (): Promise<void> => {
    for (const [i, name] of queue) {
      const started = Date.now();
      copies[i] = await gradeFile(folder, name, courses, settings);
      if (!settings.signal?.aborted) graded?.(copies[i], ++done, names.length, (Date.now() - started) / 1000);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, names.length) }, work));
  return copies;
}

async function gradeFile(
  folder: string,
  name: string,
  courses: Notebook[],
  settings: GradeOptions,
): Promise<CopyGrades> {
  const copy = readCopy(folder, name, courses);
  if ("problem" in copy) return { notebook: "", grades: [], ...copy };
  const about = { learner: copy.learner, file: copy.file, notebook: copy.course.path };
  if (settings.signal?.aborted) {
    return { ...about, grades: exercisesOf(copy.course).map((exercise) => ({ exercise, ...stopped })) };
  }
  try {
    return { ...about, grades: await gradeCopy(copy, settings) };
  } catch (error) {
    return { ...about, grades: [], problem: `${copy.file}: ${messageOf(error)}` };
  }
}
