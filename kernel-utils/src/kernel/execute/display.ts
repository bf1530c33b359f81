/** Rich output of cells: bundles by MIME type, published for the cell whose code asked for it. */
import { inspect } from "node:util";
import { send } from "./channel";
import { flushStreams, runOfNow } from "./streams";

export interface DisplayOptions {
  metadata?: Record<string, unknown>;
  displayId?: string;
  update?: boolean;
}

/** What libraries find under `Symbol.for("align.display")`. */
export const display = {
  publish(data: Record<string, unknown>, { metadata = {}, displayId, update }: DisplayOptions = {}): void {
    flushStreams(); // what was printed before stands before
    send({ type: "display", run: runOfNow(), data: plain(data), metadata: plain(metadata), displayId, update });
  },
  clear(wait: boolean): void {
    flushStreams();
    send({ type: "clear", run: runOfNow(), wait: wait === true });
  },
};

const bundleOf = Symbol.for("Jupyter.display");
const metadataOf = Symbol.for("align.display.metadata");

export function announceDisplay(): void {
  Object.defineProperty(globalThis, Symbol.for("align.display"), { value: display });
}

/**
 * A value as a front end shows it: by its own bundle where it has one, else as Node prints it.
 * @returns undefined where that bundle is empty: the value has shown itself already
 */
export async function bundle(value: unknown): Promise<{ data: object; metadata: object } | undefined> {
  const show = (value as { [bundleOf]?: unknown } | null | undefined)?.[bundleOf];
  if (typeof show !== "function") return { data: { "text/plain": inspect(value) }, metadata: {} };
  const data = (await show.call(value)) as Record<string | symbol, unknown>;
  if (typeof data !== "object" || data === null) {
    throw new TypeError(
      `[Symbol.for("Jupyter.display")] gave ${inspect(data)}; it has to give an object of MIME types`,
    );
  }
  if (Object.keys(data).length === 0) return undefined;
  const text = "text/plain" in data ? {} : { "text/plain": inspect(value) };
  return { data: { ...text, ...plain(data) }, metadata: plain((data[metadataOf] ?? {}) as object) };
}

/** As JSON has it; bytes become base64, as front ends expect images. */
function plain(data: object): object {
  const entries = Object.entries(data).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, value instanceof Uint8Array ? base64(value) : value]));
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
