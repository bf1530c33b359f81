/** Reads records, validating every line. */
import { CourseError, messageOf } from "../errors";
import { type Line, readLines } from "./lines";
import type { RecordKind, RecordKinds } from "./records";
import { RECORD_KINDS, recordProblem } from "./validate";

/** What is wrong with one line. */
export interface RecordIssue {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** "FILE line N: what is wrong; the way out" */
  readonly message: string;
}

/** A bad line, with every good record before it. */
export class BadRecordError extends CourseError {
  constructor(
    readonly issue: RecordIssue,
    readonly recordsBefore: readonly unknown[],
  ) {
    super("bad-record", issue.message);
    this.name = "BadRecordError";
  }
}

/** Good records and, apart, the lines that hold none. */
export interface CollectedRecords<T> {
  readonly records: T[];
  readonly issues: RecordIssue[];
}

/** A line's record, or what is wrong with the line. */
export type RecordOrIssue<T> = { readonly record: T; readonly line: number } | { readonly issue: RecordIssue };

/** One record after another, bad lines in their place; blank lines are passed over. Memory: one line. */
export async function* streamRecords<K extends RecordKind>(
  kind: K,
  file: string,
): AsyncGenerator<RecordOrIssue<RecordKinds[K]>> {
  checkKind(kind);
  for await (const line of readLines(file)) {
    if (line.text?.trim() === "") continue;
    const { value, problem } = parse(kind, line);
    if (problem === null) yield { record: value as RecordKinds[K], line: line.number };
    else yield { issue: { file, line: line.number, message: `${file} line ${line.number}: ${problem}` } };
  }
}

/**
 * All records of a JSONL file. Every line is checked; a bad one is named by file and line number.
 *
 * `onBadRecord: "throw"` (default) stops there with a BadRecordError that carries the records before it;
 * `"collect"` reads on and gives the good records and the list of issues.
 */
export function readRecords<K extends RecordKind>(
  kind: K,
  file: string,
  options?: { onBadRecord?: "throw" },
): Promise<RecordKinds[K][]>;
export function readRecords<K extends RecordKind>(
  kind: K,
  file: string,
  options: { onBadRecord: "collect" },
): Promise<CollectedRecords<RecordKinds[K]>>;
export async function readRecords<K extends RecordKind>(
  kind: K,
  file: string,
  { onBadRecord = "throw" }: { onBadRecord?: "throw" | "collect" } = {},
): Promise<RecordKinds[K][] | CollectedRecords<RecordKinds[K]>> {
  const records: RecordKinds[K][] = [];
  const issues: RecordIssue[] = [];
  for await (const item of streamRecords(kind, file)) {
    if ("record" in item) records.push(item.record);
    else if (onBadRecord === "throw") throw new BadRecordError(item.issue, records);
    else issues.push(item.issue);
  }
  return onBadRecord === "collect" ? { records, issues } : records;
}

const parse = (kind: RecordKind, { text }: Line): { value?: unknown; problem: string | null } => {
  if (text === null) return { problem: "is not UTF-8; save the file as UTF-8" };
  try {
    const value: unknown = JSON.parse(text);
    return { value, problem: recordProblem(kind, value) };
  } catch (error) {
    return { problem: malformed(text, messageOf(error)) };
  }
};

const malformed = (text: string, reason: string): string => {
  const constant = /:\s*(-?(?:NaN|Infinity))\b/.exec(text);
  if (constant) return `${constant[1]} is no JSON number; write a finite number or leave the field out`;
  const short = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return `malformed JSON (${reason.slice(0, 80)}) in ${short}; write one whole object on one line`;
};

const checkKind = (kind: string): void => {
  if ((RECORD_KINDS as string[]).includes(kind)) return;
  throw new CourseError("usage", `readRecords: "${kind}" is no kind of record; use ${RECORD_KINDS.join(", ")}`);
};
