/** The course's derivations, run once for a test file. */
import { readdirSync } from "node:fs";
import path from "node:path";
import type { ChapterLines } from "../../../kernel-utils/src/book/reference/lines";
import { readLines } from "../../../kernel-utils/src/cli/derivations";

export const root = path.join(__dirname, "../../..");
const folder = path.join(root, "notebooks");
export const notebookFiles = readdirSync(folder)
  .filter((name) => name.endsWith(".ipynb"))
  .map((name) => path.join(folder, name));

let read: Promise<ChapterLines[]> | undefined;
export function courseLines(): Promise<ChapterLines[]> {
  read ??= readLines(notebookFiles);
  return read;
}
