import { inspect } from "node:util";
import type { MimeBundle } from "../../kernel-utils/src/notebook/display/host";

/** What a kernel does with the value of a cell's last expression. */
export async function shown(value: object): Promise<{ html: string; text: string }> {
  const form = (value as Record<symbol, unknown>)[Symbol.for("Jupyter.display")] as () => MimeBundle;
  const bundle = await form.call(value);
  return { html: String(bundle["text/html"]), text: String(bundle["text/plain"]) };
}

/** What plain tslab and a script's console.log print. */
export const logged = (value: unknown): string => inspect(value);
