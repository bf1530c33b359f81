import { readFile, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { CourseError } from "../../errors";
import { writeToDisk } from "../../writeAtomically";
import { jsonText } from "./jsonText";

/** Who writes into a run's folder. */
export interface LockHolder {
  pid: number;
  host: string;
  /** ISO 8601. */
  since: string;
}

const lockName = "lock.json";
/** Folders that this process holds: its own number in a file says nothing, for a run that failed may have left it. */
const heldHere = new Set<string>();

/**
 * One process at a time in a run's folder: two would write one metrics file. The lock is a file that names its process;
 * that of a process which is gone is taken over. A process on another machine cannot be asked, so its lock stands.
 */
export class RunLock {
  private constructor(
    private readonly file: string,
    /** Whose lock was left behind and is now ours. */
    readonly takenOver?: LockHolder,
  ) {}

  static async take(folder: string): Promise<RunLock> {
    const file = join(folder, lockName);
    if (heldHere.has(file)) throw inUse(folder, file, me());
    heldHere.add(file); // at once: this process may ask twice while a file is being read
    try {
      const before = await readHolder(file);
      if (before && isAlive(before)) throw inUse(folder, file, before);
      if (before) await moveAside(folder, file, before);
      await create(folder, file);
      return new RunLock(file, before);
    } catch (thrown) {
      heldHere.delete(file);
      throw thrown;
    }
  }

  /** A lock that cannot be removed costs the next process a takeover, and this one nothing. */
  async release(): Promise<void> {
    heldHere.delete(this.file);
    await rm(this.file, { force: true }).catch(() => undefined);
  }
}

async function create(folder: string, file: string): Promise<void> {
  try {
    await writeToDisk(file, jsonText(me()), "wx");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
    throw inUse(folder, file, await readHolder(file)); // another process was faster
  }
}

const me = (): LockHolder => ({ pid: process.pid, host: hostname(), since: new Date().toISOString() });

/** A half-written lock is one of a process that died while it took it. */
async function readHolder(file: string): Promise<LockHolder | undefined> {
  try {
    const text = await readFile(file, "utf8");
    return (text === "" ? gone : JSON.parse(text)) as LockHolder;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : gone;
  }
}

const gone: LockHolder = { pid: 0, host: hostname(), since: "an unknown time" };

function isAlive({ pid, host }: LockHolder): boolean {
  if (host !== hostname()) return true;
  if (pid === process.pid || !Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // it is there, and someone else's
  }
}

/** Out of the way in one move, which one of several processes makes; and back again where it was another's new lock. */
async function moveAside(folder: string, file: string, stale: LockHolder): Promise<void> {
  const aside = `${file}.${process.pid}.old`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return; // moved by another: the next step tells who won
    throw error;
  }
  const moved = await readHolder(aside);
  if (moved?.pid === stale.pid && moved.since === stale.since) return rm(aside, { force: true });
  await rename(aside, file);
  throw inUse(folder, file, moved);
}

function inUse(folder: string, file: string, holder: LockHolder | undefined): CourseError {
  const who = holder
    ? `process ${holder.pid} on ${holder.host} has trained here since ${holder.since}`
    : "another process trains here";
  return new CourseError(
    "usage",
    `${folder}: ${who}; wait for it, choose another folder, or delete ${file} if it is gone`,
  );
}
