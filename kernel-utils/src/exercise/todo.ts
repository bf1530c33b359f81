import { CourseError } from "../errors";

/** Thrown by a stub nobody has filled in yet. */
export class NotAttempted extends CourseError {
  constructor(readonly hint: string) {
    super("not-attempted", `not attempted yet; replace todo(…) by your answer. Hint: ${hint}`);
  }
}

/**
 * Stands where a learner's code belongs. Running it says so politely; `check` turns it into "not attempted yet".
 * @param hint the first nudge, shown with it
 */
export function todo(hint: string): never {
  throw new NotAttempted(hint);
}
