import { CourseError } from "../errors";
import { Derivation, type DerivationOptions } from "./derivation";
import type { LineOptions } from "./line";

const derivations = new Map<string, Derivation>();

/**
 * Begins a derivation: names its symbols, what each may be, and how it is written.
 * @param name what the ids of its lines begin with: "dpo" for dpo.1, dpo.2 …
 */
export function derivation(name: string, options: DerivationOptions): Derivation {
  const begun = new Derivation(name, options);
  derivations.set(name, begun);
  return begun;
}

/** States the next line of the derivation that the id names: "dpo.5" belongs to "dpo". */
export function line(id: string, expression: string, about: string | LineOptions): void {
  const name = id.slice(0, id.lastIndexOf("."));
  const begun = derivations.get(name);
  if (!begun) {
    const known = [...derivations.keys()].join(", ") || "none";
    throw new CourseError(
      "usage",
      `line: no derivation "${name}" for "${id}" (begun: ${known}); call derivation("${name}", …)`,
    );
  }
  begun.line(id, expression, about);
}

/** Every derivation begun in this process, in order. */
export const allDerivations = (): Derivation[] => [...derivations.values()];
