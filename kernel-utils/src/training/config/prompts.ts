import { readFile } from "node:fs/promises";
import { type RecordKind, readRecords } from "../../data";
import { CourseError, messageOf } from "../../errors";
import type { ChatText } from "../../text";
import { isObject } from "./fields";

/** The prompts of a file of records of any kind, each different one once, in the order of the file. */
export async function readPrompts(file: string): Promise<ChatText[]> {
  const records = await readRecords(await kindOf(file), file);
  const prompts = records.map(({ prompt }) => prompt as ChatText);
  return [...new Map(prompts.map((prompt) => [JSON.stringify(prompt), prompt])).values()];
}

/** By the fields of the first record; what is wrong with a line, `readRecords` says. */
async function kindOf(file: string): Promise<RecordKind> {
  const first = firstRecord(await textOf(file));
  if ("chosen" in first || "rejected" in first) return "preference";
  return "label" in first ? "feedback" : "instruction";
}

function firstRecord(content: string): object {
  try {
    const value: unknown = JSON.parse(content.split("\n").find((line) => line.trim() !== "") ?? "");
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new CourseError("bad-file", `${file}: cannot be read (${messageOf(cause)}); check the path`, { cause });
  }
}
