/** Reads a file line by line, as bytes: only a line feed ends a line, so U+2028 inside a JSON string does no harm. */
import { createReadStream } from "node:fs";
import { CourseError, messageOf } from "../errors";

/** One line of a file, numbered from 1. `text` is null where the bytes are not UTF-8. */
export interface Line {
  readonly number: number;
  readonly text: string | null;
}

const LINE_FEED = 0x0a;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const decode = (number: number, parts: readonly Uint8Array[]): Line => {
  try {
    const text = utf8.decode(Buffer.concat(parts)).replace(/\r$/, "");
    return { number, text: number === 1 ? text.replace(/^\uFEFF/, "") : text };
  } catch {
    return { number, text: null };
  }
};

/** Lines in order, without their ends; a byte order mark is dropped. The file is never in memory as a whole. */
export async function* readLines(file: string): AsyncGenerator<Line> {
  let number = 1;
  let parts: Uint8Array[] = [];
  for await (const chunk of chunksOf(file)) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      yield decode(number++, [...parts, chunk.subarray(start, end)]);
      parts = [];
      start = end + 1;
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
  }
  if (parts.length > 0) yield decode(number, parts);
}

async function* chunksOf(file: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(file)) yield chunk as Buffer;
  } catch (error) {
    const reason = messageOf(error);
    throw new CourseError("bad-file", `${file}: cannot be read (${reason}); check the path`, { cause: error });
  }
}
