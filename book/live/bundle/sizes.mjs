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

/** What a start loads: both workers, the kernels, the stock backend and the list of the disk. */
const startFiles = ["run.js", "compile.js", "kernels.wasm", "tfjs-backend-wasm-simd.wasm", "disk.json"];

export function startSize(sizes) {
  const needed = sizes.filter(({ name }) => startFiles.includes(name));
  const sum = (key) => needed.reduce((total, file) => total + file[key], 0);
  return { bytes: sum("bytes"), gzip: sum("gzip") };
}
