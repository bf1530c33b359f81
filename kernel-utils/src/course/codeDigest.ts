import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/** Everything that decides what a trained model is: the code of these folders, and the compiled tensor kernels. */
const deciding = ["tensor", "text", "data", "world", "model", "objectives", "training", "course"];

function filesBelow(target: string): string[] {
  if (!statSync(target).isDirectory())
    return /\.(js|ts|wasm)$/.test(target) && !target.endsWith(".d.ts") ? [target] : [];
  return readdirSync(target)
    .sort()
    .flatMap((name) => filesBelow(path.join(target, name)));
}

/** Hash of the code that trains, in `folder`: the sources or what the build made of them. */
export function codeHash(folder: string): string {
  const hash = createHash("sha256");
  for (const name of deciding) {
    for (const file of filesBelow(path.join(folder, name))) hash.update(readFileSync(file));
  }
  return hash.digest("hex");
}

/** Where the build says which sources it was made from: `{ built, sources }`, two of `codeHash`. */
export const builtFrom = (dist: string): string => path.join(dist, "built-from.json");

/**
 * The same for the sources and what was built from them, so that tests, which run the former, and notebooks, which run
 * the latter, share trained models. A built file changed since then is code of its own.
 */
function sourcesHash(folder: string): string {
  const own = codeHash(folder);
  if (!existsSync(builtFrom(folder))) return own;
  const { built, sources } = JSON.parse(readFileSync(builtFrom(folder), "utf8")) as Record<string, string>;
  return built === own ? sources : own;
}

/**
 * SHA-256, in hex, of the code that trains. A live page has the code in one bundle and no files to read: its build puts
 * the digest of the built package in this function's place, so that models of both are exchanged.
 */
export function codeDigest(): string {
  const folder = path.join(__dirname, "..");
  const hash = createHash("sha256").update(sourcesHash(folder));
  return hash.update(readFileSync(path.join(folder, "..", "dist", "kernels.wasm"))).digest("hex");
}
