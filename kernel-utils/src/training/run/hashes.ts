import { createHash } from "node:crypto";
import type { LanguageModel } from "../../model";
import type { Example } from "../batching";

/** SHA-256 of every weight's name, shape and bits; of the adapter's too, where there is one. */
export async function hashWeights(model: LanguageModel): Promise<string> {
  const hash = createHash("sha256");
  for (const [name, weight] of [...model.parameters, ...(model.adapter?.parameters ?? [])]) {
    const values = (await weight.data()) as Float32Array;
    hash.update(`${name} [${weight.shape}]\n`);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest("hex");
}

/** SHA-256 of the tokens and labels of each sequence, in order. */
export function hashExamples(examples: readonly Example[]): string {
  const hash = createHash("sha256");
  for (const { tokens, labels } of examples) {
    hash.update(Int32Array.of(tokens.length, ...tokens, ...labels));
  }
  return hash.digest("hex");
}
