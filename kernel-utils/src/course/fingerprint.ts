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

/** A short hash of the code that trains and of `request`; a cached model is used only where it is equal. */
export function fingerprint(request: Record<string, unknown>): string {
  const source = path.join(__dirname, "..");
  const hash = createHash("sha256").update(JSON.stringify(request));
  for (const folder of deciding) {
    for (const file of filesBelow(path.join(source, folder))) hash.update(readFileSync(file));
  }
  hash.update(readFileSync(path.join(source, "..", "dist", "kernels.wasm")));
  return hash.digest("hex").slice(0, 16);
}
