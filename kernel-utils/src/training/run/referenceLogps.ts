import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { LanguageModel } from "../../model";
import { backendReport } from "../../tensor";
import { writeAtomically } from "../../writeAtomically";
import type { Example } from "../batching";
import { scoreExamples } from "../score";
import { hashExamples, hashWeights } from "./hashes";

/**
 * Summed log-probs of each example under a frozen model, nats, in order. With a folder they are kept there under a name
 * made of the weights, the sequences and the backend, and read from there where all three are the same.
 */
export async function referenceLogps(
  model: LanguageModel,
  examples: readonly Example[],
  folder?: string,
): Promise<number[]> {
  const score = async () => (await scoreExamples(model, examples)).map(({ sum }) => sum);
  if (folder === undefined) return score();
  const parts = [await hashWeights(model), hashExamples(examples), backendReport().identity];
  const key = createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 32);
  const file = join(folder, `${key}.json`);
  const kept = await readKept(file, examples.length);
  if (kept) return kept;
  const sums = await score();
  await writeAtomically(file, `${JSON.stringify(sums)}\n`); // float32 numbers: their decimals lead back to the same bits
  return sums;
}

/** A file that cannot be used costs time, never the result. */
async function readKept(file: string, count: number): Promise<number[] | undefined> {
  if (!existsSync(file)) return undefined;
  try {
    const sums: unknown = JSON.parse(await readFile(file, "utf8"));
    const isWhole = Array.isArray(sums) && sums.length === count && sums.every(Number.isFinite);
    return isWhole ? (sums as number[]) : undefined;
  } catch {
    return undefined;
  }
}
