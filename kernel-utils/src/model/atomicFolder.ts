import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { writeToDisk } from "../writeAtomically";

/** A large file may be made when its turn comes, so that one is in memory at a time. */
export type FileContent = string | Uint8Array | (() => Promise<Uint8Array>);

/** Where the old folder stands for the instant in which the new one takes its name. */
const previousOf = (folder: string): string => `${resolve(folder)}.previous`;

/**
 * Writes a folder so that its name always leads to a whole one: files go to a sibling folder and reach the disk, then
 * names change hands. A crash before that leaves the old folder; a crash between the two renames leaves it as
 * `.previous`, where `existingFolder` finds it.
 */
export async function writeFolder(folder: string, files: Readonly<Record<string, FileContent>>): Promise<void> {
  const target = resolve(folder);
  const fresh = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  await mkdir(dirname(target), { recursive: true });
  await rm(fresh, { recursive: true, force: true });
  try {
    await mkdir(fresh);
    for (const [name, content] of Object.entries(files)) {
      await writeToDisk(join(fresh, name), typeof content === "function" ? await content() : content);
    }
    await replaceFolder(fresh, target);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function replaceFolder(fresh: string, target: string): Promise<void> {
  const previous = previousOf(target);
  if (existsSync(target)) {
    await rm(previous, { recursive: true, force: true });
    await rename(target, previous);
  }
  await rename(fresh, target);
  await rm(previous, { recursive: true, force: true });
}

/** The folder, or what an interrupted `writeFolder` left of it; undefined where there is neither. */
export function existingFolder(folder: string): string | undefined {
  return [resolve(folder), previousOf(folder)].find((path) => existsSync(path));
}
