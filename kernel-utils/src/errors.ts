/**
 * The one error users are meant to read: a machine-readable code, and one line that says
 * `where: what is wrong, with the value seen; the way out`. The command line prints the line and hides the stack.
 */
export class CourseError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = "CourseError";
  }
}

/** What kind of thing went wrong; tests and callers branch on this, never on the wording. */
export type ErrorCode =
  | "usage" // a command or function was called with arguments it does not take
  | "bad-shape" // an array or tensor of the wrong shape
  | "bad-value" // NaN, out of range, unknown name
  | "bad-file" // unreadable, malformed or truncated file
  | "bad-record" // one line of a data file
  | "bad-notebook" // a notebook that cannot be read as this course's notebook
  | "backend" // no tensor backend, or one that fails its self-check
  | "leak" // tensors survived their scope
  | "not-finite" // NaN or infinity where training or an objective cannot go on
  | "derivation" // a displayed line that does not hold
  | "not-attempted" // an exercise stub nobody has filled in yet
  | "jupyter" // Python, JupyterLab or their installation: missing, too old, or failing
  | "kernel"; // the Jupyter kernel died, hung or spoke nonsense

/** The message of whatever was thrown, on one line. */
export const messageOf = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\s*\n\s*/g, " ");

const longestShown = 60;

/** A value out of a file as part of one line: escaped, and cut where it is long. */
export function shown(value: unknown): string {
  const text = stringify(value);
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}

function stringify(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "missing";
  } catch {
    return "something nested too deeply to show";
  }
}
