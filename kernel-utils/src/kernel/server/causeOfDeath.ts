import type { Death } from "./executorProcess";

/** One line: exit code or signal, and what is known of the reason. */
export function causeOfDeath({ exit, report, tail }: Death): string {
  const fatal = /FATAL ERROR: .*/.exec(tail)?.[0];
  const words = fatal ? `; its last words: ${fatal}` : "";
  const what = "the process that runs the cells";
  if (exit.error !== undefined) return `${what} could not be started: ${exit.error.message}`;
  if (exit.signal === null) {
    return `${what} exited with code ${exit.code}${report?.called ? ", by a call of process.exit" : ""}${words}`;
  }
  const memory = exit.signal === "SIGKILL" ? " (the system kills processes so when memory runs out)" : "";
  return `${what} was ended by ${exit.signal}${memory}${words}`;
}
