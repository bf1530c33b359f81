/**
 * Builds what a live page loads when its reader starts it: the run worker (kernel-utils itself, for the browser), the
 * compile worker (TypeScript), the tensor kernels, and the declarations for the type check.
 *
 *   node book/live/build.mjs [--out DIR]     default build/live
 */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { copyAssets } from "./bundle/assets.mjs";
import { copyDisk } from "./bundle/disk.mjs";
import { describeSizes, startSize } from "./bundle/sizes.mjs";
import { buildWorkers } from "./bundle/workers.mjs";

const root = path.resolve(fileURLToPath(import.meta.url), "../../..");
export const defaultOut = path.join(root, "build", "live");

/** @returns sizes of what was built, by file, in bytes: raw and compressed */
export async function buildLive({ out = defaultOut } = {}) {
  await mkdir(out, { recursive: true });
  await copyAssets(out);
  await copyDisk(root, out);
  await buildWorkers(out);
  const sizes = describeSizes(out);
  await writeFile(path.join(out, "sizes.json"), JSON.stringify(startSize(sizes)));
  return sizes;
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { out: { type: "string" } } });
  const sizes = await buildLive({ out: values.out ? path.resolve(values.out) : undefined });
  for (const { name, bytes, gzip } of sizes) console.log(`${name}  ${bytes} bytes, ${gzip} gzipped`);
}
