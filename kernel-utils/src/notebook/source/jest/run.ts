import { AsyncLocalStorage } from "node:async_hooks";

/** What the library's check() reports to its host. */
export interface CheckResult {
  id: string;
  status: "passed" | "failed" | "not-attempted";
  message: string;
}

/** One cell while it runs, and afterwards: whatever it starts keeps belonging to it. */
export interface CellRun {
  id: string;
  lines: [number, number][];
  finished: boolean;
  results: CheckResult[];
  output: string[];
  /** Makes the running cell fail from outside its own call. */
  fail(error: unknown): void;
}

/** Which cell the code now running belongs to, through awaits and timers. */
export const currentRun = new AsyncLocalStorage<CellRun>();

/** Longest tail of a failing cell's printed lines that is shown. */
const keptLines = 40;

/** Keeps what cells print; it is shown for a cell that fails and dropped for one that passes. */
export function captureConsole(): void {
  for (const method of ["log", "info", "debug", "warn", "error"] as const) {
    const native: (...values: unknown[]) => void = console[method].bind(console);
    console[method] = (...values: unknown[]): void => {
      const run = currentRun.getStore();
      if (run === undefined) native(...values);
      else run.output.push(values.map(shown).join(" "));
    };
  }
}

/** What a failing cell printed, for the end of its message; empty if nothing. */
export const printed = ({ output }: CellRun): string =>
  output.length === 0 ? "" : `\n\nprinted by the cell:\n${output.slice(-keptLines).join("\n")}`;

function shown(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
