/** Decides whether a cell did what it should, from everything that was heard of it. */
import { cellFrame, type DiagnosticsReport, type ErrorReport, type ExitReport, type KernelExit } from "../kernel";
import type { Cell } from "../notebook/source/format";
import type { Failure } from "./report";

/** How the execution of a cell came to its end. */
export type Ending =
  | { kind: "replied"; status: string; lastWords: string }
  | { kind: "timed-out"; seconds: number; obeyed: boolean; afterLastCell?: boolean }
  | { kind: "died"; exit: KernelExit; lastReport?: ExitReport; tail: string; afterLastCell?: boolean };

/** Something the cell's code did wrong, in the order heard. */
export type Trouble = ErrorReport | DiagnosticsReport;

/** @returns what is wrong with the cell, or undefined when it passed */
export function judge(cell: Cell, ending: Ending, troubles: Trouble[]): Failure | undefined {
  if (ending.kind === "timed-out") return timedOut(ending);
  if (ending.kind === "died") return died(cell, ending);
  const expected = cell.directive?.name === "expect-error" ? cell.directive.code : undefined;
  const failures = troubles.flatMap((trouble) => describe(cell, trouble));
  if (failures.length === 0 && ending.status !== "ok") failures.push(unexplained(ending));
  if (expected !== undefined) return judgeExpected(expected, failures, troubles);
  return failures.length === 0 ? undefined : withOthers(failures);
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, " ").trim();

function timedOut({ seconds, obeyed, afterLastCell }: Extract<Ending, { kind: "timed-out" }>): Failure {
  const what = afterLastCell
    ? `after the last cell, code that this notebook had started blocked the kernel for ${seconds} s`
    : `still running after ${seconds} s (an endless loop, or an await that never settles)`;
  const end = obeyed ? "it was interrupted" : "it did not heed the interrupt, so the kernel was killed";
  const way = "raise --cell-timeout, or mark the cell //| slow: SECONDS, if it needs longer";
  const message = `${what}; ${end}; ${way}`;
  return { name: "Timeout", message, details: message };
}

function died(cell: Cell, { exit, lastReport, tail, afterLastCell }: Extract<Ending, { kind: "died" }>): Failure {
  const when = afterLastCell ? "after the last cell, in code this cell started" : "while this cell ran";
  const message = `the kernel died ${when}: ${exitCause(exit, lastReport?.called, tail)}`;
  const place = lastReport?.called ? placeOf(cell.id, lastReport.stack) : {};
  return { name: "KernelDied", message: oneLine(message), ...place, details: [message, tail].join("\n").trim() };
}

/** One line: exit code or signal, and what is known of the reason. */
export function exitCause(exit: KernelExit, calledExit: boolean | undefined, tail: string): string {
  if (exit.error !== undefined) return `it could not be started: ${exit.error.message}`;
  const fatal = /FATAL ERROR: .*/.exec(tail)?.[0];
  const last = fatal ?? tail.split("\n").at(-1)?.trim();
  const words = last ? `; its last words: ${last}` : "";
  if (exit.signal === null) {
    return `it exited with code ${exit.code}${calledExit ? ", by a call of process.exit" : ""}${words}`;
  }
  const memory = exit.signal === "SIGKILL" ? " (the system kills processes so when memory runs out)" : "";
  return `it was ended by ${exit.signal}${memory}${words}`;
}

function unexplained({ status, lastWords }: Extract<Ending, { kind: "replied" }>): Failure {
  const message = `the kernel answered "${status}"${lastWords ? `: ${lastWords}` : " without saying why"}`;
  return { name: "KernelError", message: oneLine(message), details: message };
}

function describe(cell: Cell, trouble: Trouble): Failure[] {
  return trouble.event === "error" ? [describeError(cell, trouble)] : describeDiagnostics(trouble);
}

const introductions: Record<ErrorReport["origin"], string> = {
  thrown: "",
  rejection: "unhandled rejection of a promise this cell started: ",
  uncaught: "uncaught in a timer or callback this cell started: ",
};

function describeError(cell: Cell, { origin, name, message, stack }: ErrorReport): Failure {
  const place = placeOf(cell.id, stack);
  const elsewhere = innermost(stack);
  const inside = elsewhere && elsewhere.cell !== cell.id ? ` (in [${elsewhere.cell}], line ${elsewhere.line})` : "";
  const text = `${introductions[origin]}${name}: ${message}${inside}`;
  return { name, message: oneLine(text), ...place, details: stack };
}

interface Frame {
  cell: string;
  line: number;
  column: number;
}

function framesOf(stack: string): Frame[] {
  return stack.split("\n").flatMap((line) => {
    const found = /^\s+at /.test(line) ? cellFrame.exec(line) : null;
    return found ? [{ cell: found[1], line: Number(found[2]), column: Number(found[3]) }] : [];
  });
}

const innermost = (stack: string): Frame | undefined => framesOf(stack)[0];

function placeOf(cell: string, stack: string): { line?: number; column?: number } {
  const frame = framesOf(stack).find((candidate) => candidate.cell === cell);
  return frame ? { line: frame.line, column: frame.column } : {};
}

/** The compiler explains one mistake in several entries at one place: the first one names it. */
function describeDiagnostics({ items }: DiagnosticsReport): Failure[] {
  const places = new Map<string, DiagnosticsReport["items"]>();
  for (const item of items) {
    const place = `${item.file ?? ""}:${item.line}:${item.column}`;
    places.set(place, [...(places.get(place) ?? []), item]);
  }
  return [...places.values()].map(([first, ...rest]) => {
    const text = [first, ...rest].map(({ message }) => oneLine(message)).join(" ");
    const file = first.file === undefined ? "" : ` (in ${first.file}, line ${first.line})`;
    const place = first.file === undefined ? { line: first.line, column: first.column } : {};
    const where = `${first.file ?? "cell"}:${first.line}:${first.column}`;
    const message = `TS${first.code}: ${text}${file}`;
    return { name: `TS${first.code}`, message, ...place, details: `${where} - ${message}` };
  });
}

/** Every failure has to be the expected one: by TypeScript's code, by the error's name or by its own code. */
function judgeExpected(expected: string, failures: Failure[], troubles: Trouble[]): Failure | undefined {
  const ownCodes = troubles.flatMap((trouble) => (trouble.event === "error" ? [trouble] : []));
  const isExpected = (failure: Failure): boolean =>
    failure.name === expected || ownCodes.some((error) => error.code === expected && error.stack === failure.details);
  if (failures.length === 0) {
    const message = `expected to fail with ${expected}, but nothing went wrong; restore the mistake or drop the directive`;
    return { name: "ExpectedError", message, line: 1, details: message };
  }
  const other = failures.find((failure) => !isExpected(failure));
  if (other === undefined) return undefined;
  const message = `expected to fail with ${expected}, but failed with ${other.message}`;
  return { ...other, name: "ExpectedError", message };
}

function withOthers(failures: Failure[]): Failure {
  const [first, ...rest] = failures;
  const more = rest.length === 0 ? "" : ` (and ${rest.length} more)`;
  return { ...first, message: first.message + more, details: failures.map(({ details }) => details).join("\n\n") };
}
