import { splitEvenly } from "../batching";
import { type Microbatch, measureParts } from "../gradients";

/** Records that go through the model at once where nothing is learnt. */
const recordsAtOnce = 64;

/** Measures loss and metrics on held-out records, part by part; undefined where there are none. */
export function measured<T>(
  heldOut: readonly T[],
  microbatch: (part: T[]) => Microbatch,
): (() => Promise<Record<string, number>>) | undefined {
  if (heldOut.length === 0) return undefined;
  const parts = splitEvenly(heldOut, Math.ceil(heldOut.length / recordsAtOnce));
  return () => measureParts(parts.map(microbatch));
}
