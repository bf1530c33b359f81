/** The learner's progress as a file: where it is, what is in it, and what becomes of a damaged one. */
import { existsSync, readFileSync, renameSync } from "node:fs";
import path from "node:path";
import { messageOf } from "../errors";
import { projectRoot } from "../projectRoot";

export interface ProgressEntry {
  status: "passed" | "failed";
  tries: number;
  /** How many of the exercise's hints have been shown. */
  hintsUsed: number;
  mistakes: string[];
  /** ISO 8601, as is the next. */
  lastTried?: string;
  lastPassed?: string;
}

export type Entries = Record<string, ProgressEntry>;

/** ALIGN_PROGRESS names the file or says "off"; tests, CI and headless runs are nobody's progress. */
export function progressPath(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.ALIGN_PROGRESS === "off") return undefined;
  if (env.ALIGN_PROGRESS) return path.resolve(env.ALIGN_PROGRESS);
  if (env.JEST_WORKER_ID !== undefined || env.CI) return undefined;
  const root = projectRoot();
  return root && path.join(root, ".cache", "progress.json");
}

/** @throws when the file is damaged, and leaves it there */
export const peekProgress = (file: string): Entries =>
  existsSync(file) ? entriesIn(JSON.parse(readFileSync(file, "utf8"))) : {};

/** @returns no entries when there is no file; a damaged file is moved aside, and `note` hears where to */
export function readProgress(file: string, note: (text: string) => void): Entries {
  if (!existsSync(file)) return {};
  const text = readFileSync(file, "utf8");
  try {
    return entriesIn(JSON.parse(text));
  } catch (error) {
    const aside = `${file}.damaged-${Date.now()}`;
    renameSync(file, aside);
    note(`progress: ${file} is damaged (${messageOf(error)}); it is kept as ${aside}, and a new one begins`);
    return {};
  }
}

function entriesIn(value: unknown): Entries {
  const { schemaVersion, exercises } = (value ?? {}) as { schemaVersion?: unknown; exercises?: unknown };
  if (schemaVersion !== 1) throw new Error(`schemaVersion is ${JSON.stringify(schemaVersion)}, not 1`);
  if (typeof exercises !== "object" || exercises === null) throw new Error("exercises is missing");
  for (const [id, entry] of Object.entries(exercises)) if (!isEntry(entry)) throw new Error(`${id} is malformed`);
  return exercises as Entries;
}

const isEntry = (value: ProgressEntry | null | undefined): boolean =>
  (value?.status === "passed" || value?.status === "failed") &&
  [value.tries, value.hintsUsed].every((count) => Number.isInteger(count)) &&
  Array.isArray(value.mistakes) &&
  value.mistakes.every((name) => typeof name === "string") &&
  [value.lastTried, value.lastPassed].every((at) => at === undefined || typeof at === "string");

export const progressText = (exercises: Entries): string =>
  `${JSON.stringify({ schemaVersion: 1, exercises }, null, 2)}\n`;
