import type { Cell } from "./format";
import type { Step } from "./program";
import { namesUsed, parseCell, parseModule } from "./syntax";

/**
 * The earlier steps a text rests on, through every name it mentions; names bound inside it count too, so a step too many
 * may be found, but none too few. Cells with effects only, such as figures and derivations, are no part of it.
 */
export function stepsBehind(text: string, earlier: readonly Step[]): Step[] {
  const declaredBy = earlier.map(({ cell }) => new Set(parseCell(cell).declared.keys()));
  const wanted = new Set<number>();
  const queue = [text];
  for (let source = queue.pop(); source !== undefined; source = queue.pop()) {
    const names = namesUsed(parseModule(source));
    declaredBy.forEach((declared, i) => {
      if (wanted.has(i) || ![...names].some((name) => declared.has(name))) return;
      wanted.add(i);
      queue.push(earlier[i].cell.source);
    });
  }
  return earlier.filter((_, i) => wanted.has(i));
}

export const declares = (cell: Cell): string[] => [...parseCell(cell).declared.keys()];
