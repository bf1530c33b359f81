/** Writes data files so that a reader sees the old file or the new one, never half of it. */
import { open, rename, rm } from "node:fs/promises";
import { CourseError, messageOf } from "../errors";
import type { RecordKind, RecordKinds } from "./records";
import { recordProblem } from "./validate";

/** Lines joined before they go to the disk. */
const CHUNK = 1000;

/** Writes text lines through a temporary file beside the target: written, flushed to the disk, then renamed. */
export async function writeLines(file: string, lines: readonly string[]): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, "w");
    try {
      for (let start = 0; start < lines.length; start += CHUNK) {
        await handle.writeFile(`${lines.slice(start, start + CHUNK).join("\n")}\n`);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new CourseError("bad-file", `${file}: cannot be written (${messageOf(error)}); check folder and rights`, {
      cause: error,
    });
  }
}

/** Validates every record, then writes one JSON object a line; extra fields are written as they are. */
export async function writeRecords<K extends RecordKind>(
  kind: K,
  file: string,
  records: readonly RecordKinds[K][],
): Promise<void> {
  const lines = records.map((record, index) => {
    const problem = recordProblem(kind, record);
    if (problem !== null) throw new CourseError("bad-record", `${file}: record ${index + 1}: ${problem}`);
    return JSON.stringify(record);
  });
  await writeLines(file, lines);
}
