import { readFile, stat } from "node:fs/promises";
import { CourseError } from "../../errors";

export type JsonObject = Readonly<Record<string, unknown>>;

/** One that exists and is a file, or the way to it leads to one. */
export async function checkIsFile(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile()) return;
  const what = found ? "is not a file" : "cannot be read: there is no such file";
  throw new CourseError("bad-file", `${file}: ${what}; save or copy the checkpoint again`);
}

export async function readBytes(file: string): Promise<Buffer> {
  await checkIsFile(file);
  try {
    return await readFile(file);
  } catch (cause) {
    throw new CourseError("bad-file", `${file}: cannot be read; save the checkpoint again`, { cause });
  }
}

export async function readJson(file: string): Promise<JsonObject> {
  const text = (await readBytes(file)).toString("utf8");
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new CourseError("bad-file", `${file}: not JSON; save the checkpoint again`, { cause });
  }
  if (isObject(content)) return content;
  throw new CourseError("bad-file", `${file}: not a JSON object; save the checkpoint again`);
}

/** undefined where there is no such file; a file that is there must be sound. */
export async function readIfPresent(file: string): Promise<Buffer | undefined> {
  return (await exists(file)) ? readBytes(file) : undefined;
}

export async function readJsonIfPresent(file: string): Promise<JsonObject | undefined> {
  return (await exists(file)) ? readJson(file) : undefined;
}

export const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

export const isObject = (value: unknown): value is JsonObject =>
  value !== null && typeof value === "object" && !Array.isArray(value);

export const json = (content: unknown): string => `${JSON.stringify(content, null, 2)}\n`;
