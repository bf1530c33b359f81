import { mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";

/**
 * Writes the file beside its place, to the disk, and moves it there: readers see the old content or the new one, and a
 * crash leaves one of the two, never a part. Folders above it are made.
 */
export async function writeAtomically(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const beside = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.partial`);
  try {
    await writeToDisk(beside, content);
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** Writes a file and returns when the disk has it. */
export async function writeToDisk(file: string, content: string | Uint8Array, flag: "w" | "wx" = "w"): Promise<void> {
  const handle = await open(file, flag);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
