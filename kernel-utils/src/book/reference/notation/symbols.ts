import type { NotationEntry } from "./entry";
import { generalSymbols } from "./general";
import { methodSymbols } from "./methods";

export type { NotationEntry };
export const notation: readonly NotationEntry[] = [...generalSymbols, ...methodSymbols];
