/** Sizes of the built files, as they lie there and as a server that compresses sends them. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";

export function describeSizes(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(path.join(folder, name)).isFile())
    .sort()
    .map((name) => {
      const content = readFileSync(path.join(folder, name));
      return { name: name.split(path.sep).join("/"), bytes: content.length, gzip: gzipSync(content).length };
    });
}
