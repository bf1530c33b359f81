/** What is said about a line when it is stated, and what is known about it afterwards. */
import type { Survey } from "./survey";

export interface LineOptions {
  /** What was done to the line before, in one phrase: "divide by beta and exponentiate". */
  move: string;
  /** Where it stands in the literature: "Rafailov et al. 2023, eq. 4". */
  source?: string;
  /** The line it follows from; default the one before. null: from none. */
  from?: string | null;
  /** The sides are proportional along this axis ("y"): shown with ∝. */
  proportionalOver?: string;
  /** For an inequality: where it is reached, e.g. { pi: "pi_star" }; without it a bound could be idle. */
  tightWhen?: Record<string, string>;
  /** The sides differ by something that does not change with this symbol: shown with "+ const". */
  constantIn?: string;
}

export interface GradientOptions extends LineOptions {
  /** The line, or the expression, whose gradient it is. */
  of: string;
  withRespectTo: string;
}

export interface OptimumOptions extends LineOptions {
  /** The expression that is best, with the symbol `over` free. */
  objective: string;
  over: string;
  /** The expression of the best value. */
  at: string;
  /** Default "max". */
  sense?: "max" | "min";
}

export type LineKind =
  | "start" // an expression nothing comes before
  | "definition"
  | "identity"
  | "inequality"
  | "proportional"
  | "up-to-constant"
  | "gradient"
  | "optimum";

export interface LineResult extends Survey {
  id: string;
  /** The line it was derived from. */
  from?: string;
  kind: LineKind;
  /** As written: the one source of formula and check. */
  expression: string;
  latex: string;
  move: string;
  source?: string;
}
