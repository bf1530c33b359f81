import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Writes beside the file, to the disk, and moves it there: a crash leaves the old text or the new one, never a part. */
export async function writeFileAtomically(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const beside = join(dirname(file), `.${basename(file)}.${process.pid}.partial`);
  try {
    const handle = await open(beside, "w");
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (thrown) {
    await rm(beside, { force: true });
    throw thrown;
  }
}

/** As files of a run are laid out: two spaces, one value a line. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
