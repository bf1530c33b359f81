import { CourseError } from "../../errors";

/** What 32-bit addresses reach: the wasm heap can never be larger. */
export const addressSpaceBytes = 2 ** 32;

export const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`;

/** The error of an allocation that the wasm heap cannot grow for. */
export const heapFull = (wanted: number, held: number): CourseError =>
  new CourseError(
    "backend",
    `wasm: no room for ${gib(wanted)} more beside the ${gib(held)} held; its heap ends at 4 GiB: dispose of tensors, ` +
      "use a smaller batch or model, or another backend",
  );

/** What of the heap is planned with: a tenth is left for fragmentation and the kernels' working memory. */
export const heapBudgetBytes = addressSpaceBytes * 0.9;

/**
 * Refuses what cannot fit into the wasm heap before it starts.
 *
 * @param where who needs it, the start of the message: "SftTrainer: a step"
 * @param parts bytes by what they are for, all of them held at once
 * @param wayOut what to do instead
 */
export function checkMemoryBudget(where: string, parts: Readonly<Record<string, number>>, wayOut: string): void {
  const needed = Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
  if (needed <= heapBudgetBytes) return;
  const listed = Object.entries(parts).map(([name, bytes]) => `${name} ${gib(bytes)}`);
  const need = `needs ${gib(needed)} (${listed.join(", ")})`;
  throw new CourseError("backend", `${where} ${need}, of the wasm heap ${gib(heapBudgetBytes)} can be had; ${wayOut}`);
}
