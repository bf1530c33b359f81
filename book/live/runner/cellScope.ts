/**
 * Cells that share their names. Each cell is evaluated inside the scope of the cells before it, in strict code, so that
 * names are found as quickly as in one long program; a name that exists already is given a new value, so that functions
 * of earlier cells see it too.
 */
import type { CompiledCell } from "../protocol";

/** Evaluates code in the scope that it was made in. */
type Evaluate = (code: string) => unknown;

/** What a cell's code talks to by the name that cellCode gives it. */
export interface CellRuntime {
  value: unknown;
  defaultOf(loaded: unknown): unknown;
  namespaceOf(loaded: unknown): unknown;
  load(require: () => unknown): Promise<unknown>;
}

export class CellScope {
  private evaluate: Evaluate;
  private readonly known = new Set<string>();

  /** @param given names every cell may use, with their values */
  constructor(given: Record<string, unknown>) {
    const names = Object.keys(given);
    // biome-ignore lint/security/noGlobalEval: evaluating what the learner wrote is what this worker is for
    const indirect = globalThis.eval; // in the page's own scope: nothing of this bundle is in sight
    const open = indirect(`"use strict"; ((${names.join(", ")}) => (code) => eval(code))`);
    this.evaluate = open(...Object.values(given)) as Evaluate;
  }

  /** @param url names the code in stack traces */
  run({ names, text }: CompiledCell, url: string): Promise<void> {
    const fresh = names.filter((name) => !this.known.has(name));
    const declared = fresh.length > 0 ? `let ${[...new Set(fresh)].join(", ")};` : "";
    // One line before the cell's first, which `linesBefore` counts.
    const code = `"use strict"; ${declared} [(code) => eval(code), async () => {\n${text}\n}]\n//# sourceURL=${url}`;
    const [evaluate, start] = this.evaluate(code) as [Evaluate, () => Promise<void>];
    this.evaluate = evaluate;
    for (const name of fresh) this.known.add(name);
    return start();
  }
}

/** Lines of generated code above those of `CompiledCell.text`. */
export const linesBefore = 1;
