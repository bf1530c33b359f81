import { CourseError } from "../../errors";

/** What 32-bit addresses reach: the wasm heap can never be larger. */
export const addressSpaceBytes = 2 ** 32;

/** Parameter, gradient and AdamW's two moments, 4 bytes each. */
const bytesPerParameter = 16;

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`;

/** The error of an allocation that the wasm heap cannot grow for. */
export const heapFull = (wanted: number, held: number): CourseError =>
  new CourseError(
    "backend",
    `wasm: no room for ${gib(wanted)} more beside the ${gib(held)} held; its heap ends at 4 GiB: dispose of tensors, ` +
      "use a smaller batch or model, or another backend",
  );

/**
 * Refuses a training run that cannot fit into the wasm heap before it starts: 16 bytes a parameter (value, gradient, two
 * moments) and the activations, with a tenth left for fragmentation.
 *
 * @param activationBytes what one step's forward and backward pass hold at their peak
 */
export function checkMemoryBudget(parameterCount: number, activationBytes = 0): void {
  const needed = parameterCount * bytesPerParameter + activationBytes;
  const available = addressSpaceBytes * 0.9;
  if (needed <= available) return;
  const parts = `${parameterCount} parameters at 16 bytes and ${gib(activationBytes)} of activations`;
  throw new CourseError(
    "backend",
    `wasm: training needs ${gib(needed)} (${parts}), its heap holds ${gib(available)}; take a smaller model or batch, or another backend`,
  );
}
