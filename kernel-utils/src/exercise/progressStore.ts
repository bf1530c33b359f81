/**
 * Keeps tries in the learner's file. What is added is the try, not this kernel's view of the file: it is read again under
 * a lock before each writing, so two kernels lose nothing of each other. A check never waits and never fails for it.
 */
import { mkdir, rmdir, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../errors";
import { writeAtomically } from "../writeAtomically";
import { type Entries, peekProgress, progressPath, progressText, readProgress } from "./progressFile";
import type { CheckResult } from "./result";

interface Try {
  result: Pick<CheckResult, "id" | "status" | "mistake" | "hintNumber">;
  at: string;
}

/** Tries that are not on the disk yet, by file. */
const waiting = new Map<string, Try[]>();
let writing: Promise<void> = Promise.resolve();
let hasComplained = false;

export const note = (text: string): void => console.warn(text);

export function recordTry({ id, status, mistake, hintNumber }: CheckResult): void {
  const file = progressPath();
  if (file === undefined || status === "not-attempted") return;
  const made = { result: { id, status, mistake, hintNumber }, at: new Date().toISOString() };
  waiting.set(file, [...(waiting.get(file) ?? []), made]);
  writing = writing.then(() => write(file)).catch(complain);
}

/** Resolves when every try so far has been written, or could not be. */
export const progressWritten = (): Promise<void> => writing;

/**
 * @returns what the file says, with what is about to be written to it
 * @throws when the file is damaged: only a writer, who holds the lock, may move it aside
 */
export const currentProgress = (file: string): Entries => withTries(peekProgress(file), waiting.get(file) ?? []);

/** How many hints an exercise that has not been passed yet has shown, in this kernel or an earlier one. */
export function hintsShown(id: string): number {
  const file = progressPath();
  if (file === undefined) return 0;
  try {
    const entry = currentProgress(file)[id];
    return entry?.status === "failed" ? entry.hintsUsed : 0;
  } catch {
    return 0; // what is wrong with the file is said when this try is written to it
  }
}

export function withTries(entries: Entries, tries: readonly Try[]): Entries {
  const all = { ...entries };
  for (const { result, at } of tries) {
    const before = all[result.id] ?? { status: "failed", tries: 0, hintsUsed: 0, mistakes: [] };
    const isPassed = result.status === "passed";
    all[result.id] = {
      ...before,
      status: isPassed || before.status === "passed" ? "passed" : "failed", // what has been passed once stays passed
      tries: before.tries + 1,
      hintsUsed: Math.max(before.hintsUsed, result.hintNumber ?? 0),
      mistakes: [...new Set([...before.mistakes, ...(result.mistake ? [result.mistake] : [])])],
      lastTried: at,
      ...(isPassed ? { lastPassed: at } : {}),
    };
  }
  return all;
}

async function write(file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await locked(`${file}.lock`, async () => {
    const tries = waiting.get(file) ?? [];
    if (tries.length === 0) return; // an earlier writing took them along
    await writeAtomically(file, progressText(withTries(readProgress(file, note), tries)));
    waiting.set(file, (waiting.get(file) ?? []).slice(tries.length));
  });
}

const staleMs = 10_000;
/** Longer than a stale lock lives: what is still there then cannot be removed. */
const patienceMs = 3 * staleMs;

/** A folder is made by one process only. One that is older than any writing takes was left by a kernel that died. */
async function locked(lock: string, work: () => Promise<void>): Promise<void> {
  for (const end = Date.now() + patienceMs; ; ) {
    try {
      await mkdir(lock);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const made = await stat(lock).catch(() => undefined);
      if (made && Date.now() - made.mtimeMs > staleMs) await removeStale(lock);
      else if (Date.now() > end) throw new Error(`${lock} does not go away; delete it`);
      else await sleep(20);
    }
  }
  try {
    await work();
  } finally {
    await rmdir(lock).catch(() => {});
  }
}

/** Another kernel may have been faster; a lock that cannot be removed, say a file of that name, is an error. */
async function removeStale(lock: string): Promise<void> {
  await rmdir(lock).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT")
      throw new Error(`${lock} was left behind and cannot be removed (${error.code}); delete it`);
  });
}

function complain(error: unknown): void {
  if (!hasComplained) note(`progress: cannot be kept: ${messageOf(error)}; the checks work all the same`);
  hasComplained = true;
}
