/** Objects that show themselves: as the last expression of a cell, and on a console. */
import type { MimeBundle } from "../host";

/** What a Jupyter kernel for JavaScript asks an object for; Deno's kernel has the same convention. */
export const displaySymbol = Symbol.for("Jupyter.display");
const inspectSymbol = Symbol.for("nodejs.util.inspect.custom");

interface InspectOptions {
  depth?: number | null;
}
type Inspect = (value: unknown, options: InspectOptions) => string;

/**
 * Gives an object, or by their prototype all objects of a class, a form for notebooks and the same text for consoles.
 * Neither is enumerable, so copies, comparisons and JSON know nothing of it.
 *
 * @param brief one line, for where the object stands inside another one; default: as Node shows any object there
 */
export function showAs<T extends object>(
  target: T,
  bundleOf: (shown: T) => MimeBundle | Promise<MimeBundle>,
  brief?: (shown: T) => string,
): T {
  function inspected(this: T, depth: number, options: InspectOptions, inspect: Inspect): string {
    const isNested = typeof options.depth === "number" && depth < options.depth;
    const text = isNested ? brief?.(this) : (textOf(bundleOf, this) ?? brief?.(this));
    return text ?? inspect(plainCopy(this), { ...options, depth });
  }
  Object.defineProperty(
    target,
    displaySymbol,
    hidden(function (this: T) {
      return bundleOf(this);
    }),
  );
  Object.defineProperty(target, inspectSymbol, hidden(inspected));
  return target;
}

const hidden = (value: unknown): PropertyDescriptor => ({ value, configurable: true, writable: true });

/** An empty form is an empty text. Undefined where the form comes later, or where there is none: a prototype is an object of its class in name only. */
function textOf<T>(bundleOf: (shown: T) => MimeBundle | Promise<MimeBundle>, shown: T): string | undefined {
  try {
    const bundle = bundleOf(shown);
    if ("then" in bundle) return undefined;
    return Object.keys(bundle).length === 0 ? "" : (bundle["text/plain"] as string | undefined);
  } catch {
    return undefined;
  }
}

const plainCopy = (value: object): object => (Array.isArray(value) ? [...value] : { ...value });
