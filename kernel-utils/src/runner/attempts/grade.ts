/** Grades one copy: each exercise as the learner wrote it, checked by the course's own check cell, on a kernel. */
import type { Notebook } from "../../notebook/source/format";
import type { Copy } from "./copies";
import { type GradeOptions, Session, type Verdict } from "./session";

export interface Grade extends Omit<Verdict, "status" | "cellLine"> {
  exercise: string;
  /** `not-graded`: the run was stopped before it, or while it was tried. */
  status: Verdict["status"] | "not-graded";
  /** Line of the copy's file, from 1: of the mistake where it is known, else of the answer; absent without an answer. */
  line?: number;
  seconds: number;
}

/** Every exercise gets what it rests on and no more, so no training runs that no check needs. */
export async function gradeCopy({ course, answers }: Copy, options: GradeOptions): Promise<Grade[]> {
  const grades: Grade[] = [];
  let session: Session | undefined;
  try {
    for (const stub of course.cells) {
      if (stub.directive?.name !== "exercise") continue;
      const { exercise } = stub.directive;
      const answer = answers.get(exercise);
      if (options.signal?.aborted) grades.push({ exercise, ...stopped });
      else if (answer === undefined) grades.push({ exercise, ...notAttempted("its cell is missing") });
      else if (answer.source.trim() === stub.source.trim()) {
        grades.push({ exercise, ...notAttempted("the stub is untouched"), line: answer.fileLine(1) });
      } else {
        const started = Date.now();
        if (session?.isSpoilt) await session.link.close();
        if (session === undefined || session.isSpoilt) session = await Session.start(course, options);
        const { cellLine, ...verdict } = await session.grade(stub, answer.source);
        const seconds = (Date.now() - started) / 1000;
        const judged = { exercise, ...verdict, line: answer.fileLine(cellLine ?? 1), seconds };
        grades.push(options.signal?.aborted ? { exercise, ...stopped } : judged);
      }
    }
  } catch (error) {
    if (!options.signal?.aborted) throw error;
    const rest = exercisesOf(course).slice(grades.length); // the kernel was killed while it started
    grades.push(...rest.map((exercise) => ({ exercise, ...stopped })));
  } finally {
    await session?.link.close();
  }
  return grades;
}

export const exercisesOf = (course: Notebook): string[] =>
  course.cells.flatMap(({ directive }) => (directive?.name === "exercise" ? [directive.exercise] : []));

/** What Ctrl-C leaves of an exercise. */
export const stopped = { status: "not-graded", message: "the run was stopped", seconds: 0 } as const;
const notAttempted = (message: string) => ({ status: "not-attempted", message, seconds: 0 }) as const;
