/** A cell's value in the forms that a page can show: its own rich form where it has one, and text. */
import { inspect } from "node-inspect-extracted";
import type { MimeBundle } from "../protocol";

const jupyterDisplay = Symbol.for("Jupyter.display");

export async function mimeBundle(value: unknown): Promise<MimeBundle> {
  const show = (value as Record<symbol, unknown> | null)?.[jupyterDisplay];
  const rich = typeof show === "function" ? ((await show.call(value)) as MimeBundle) : {};
  return { "text/plain": inspect(value), ...rich };
}
