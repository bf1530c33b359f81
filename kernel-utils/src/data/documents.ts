/** Raw text: one document a line. */
import { CourseError } from "../errors";
import { readLines } from "./lines";
import { writeLines } from "./writeRecords";

/** The documents of a text file, blank lines passed over. */
export async function readDocuments(file: string): Promise<string[]> {
  const documents: string[] = [];
  for await (const { number, text } of readLines(file)) {
    if (text === null) {
      throw new CourseError("bad-record", `${file} line ${number}: is not UTF-8; save the file as UTF-8`);
    }
    if (text.trim() !== "") documents.push(text);
  }
  return documents;
}

/** Writes documents, each on a line of its own. */
export async function writeDocuments(file: string, documents: readonly string[]): Promise<void> {
  const index = documents.findIndex((text) => /[\r\n]/.test(text) || text.trim() === "");
  if (index >= 0) {
    throw new CourseError(
      "bad-record",
      `${file}: document ${index + 1} is empty or has a line break; one document is one line of text`,
    );
  }
  await writeLines(file, documents);
}
