import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
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

/**
 * SHA-256, in hex, of the code that trains. A live page has the code in one bundle and no files to read: its build puts
 * the digest of the built package in this function's place, so that models of both are exchanged.
 */
export function codeDigest(): string {
  const source = path.join(__dirname, "..");
  const hash = createHash("sha256");
  for (const folder of deciding) {
    for (const file of filesBelow(path.join(source, folder))) hash.update(readFileSync(file));
  }
  return hash.update(readFileSync(path.join(source, "..", "dist", "kernels.wasm"))).digest("hex");
}
