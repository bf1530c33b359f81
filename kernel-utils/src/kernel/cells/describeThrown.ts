/** Whatever was thrown, in words. */
import type { ErrorReport } from "./reports";

export type Description = Pick<ErrorReport, "name" | "code" | "message" | "stack">;

/** @param readFrames the lines of a stack that are worth showing */
export function describeThrown(thrown: unknown, readFrames: (stack: string) => string[]): Description {
  if (!isErrorLike(thrown)) {
    const message =
      typeof thrown === "string" ? thrown : safely(() => String(thrown), "an object without a description");
    const stack = `threw a value that is no Error: ${message}`;
    return { name: thrown === null ? "null" : typeof thrown, message, stack };
  }
  const name = safely(() => String(thrown.name || thrown.constructor?.name), "") || "Error";
  const message = safely(() => String(thrown.message), "");
  const code = "code" in thrown ? String(thrown.code) : undefined;
  const frames = readFrames(safely(() => String(thrown.stack ?? ""), ""));
  return { name, code, message, stack: [`${name}: ${message}`, ...frames].join("\n") };
}

interface ErrorLike {
  name?: unknown;
  message: unknown;
  stack?: unknown;
}

/** Not instanceof: errors of other realms (a vm context, a worker) are errors too. */
const isErrorLike = (thrown: unknown): thrown is ErrorLike =>
  typeof thrown === "object" && thrown !== null && "message" in thrown;

/** Getters of a thrown object may throw in their turn. */
function safely(read: () => string, otherwise: string): string {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
