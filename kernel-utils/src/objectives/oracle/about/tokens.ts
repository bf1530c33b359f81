/** Symbols that several objectives share: one entry a token. */
import type { SymbolOf } from "./about";

export const overTime = (input: string, latex: string, args = "_{t}"): SymbolOf => ({ input, latex, args, over: "t" });
export const policy = overTime("logps", "\\log \\pi_\\theta", "(y_t)");
export const reference = overTime("referenceLogps", "\\log \\pi_{\\mathrm{ref}}", "(y_t)");
export const old = overTime("oldLogps", "\\log \\pi_{\\mathrm{old}}", "(y_t)");
export const low: SymbolOf = { option: "clipLow", latex: "\\varepsilon_{\\mathrm{low}}", from: 0.05, to: 0.5 };
export const high: SymbolOf = { option: "clipHigh", latex: "\\varepsilon_{\\mathrm{high}}", from: 0.05, to: 0.5 };
export const ddof: SymbolOf = { read: ({ options }) => Number(options?.ddof ?? 1), latex: "d" };
export const oneRow = { B: 1, T: 5 };
