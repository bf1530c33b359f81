/** What is said about a line when it is stated, and what is known about it afterwards. */
import type * as tf from "@tensorflow/tfjs";
import type { Survey } from "./survey";

export interface LineOptions {
  /** What was done to the line before, in one phrase: "divide by beta and exponentiate". */
  move: string;
  /** Where it stands in the literature: "Rafailov et al. 2023, eq. 4". */
  source?: string;
  /** The line it follows from; default the one before. null: from none. */
  from?: string | null;
  /**
   * Mutants that are no mistakes, each with the reason: { "sum(q)": "sum(p) is 1" }, with or without the left side. One that
   * the check refuses, or that is no mutant of the line, is an error of `align check --mutate`.
   */
  equivalent?: Record<string, string>;
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

export interface LimitOptions extends LineOptions {
  /** The line, or the expression, that is followed to its limit. */
  of: string;
  /** The scalar that moves, and where to. */
  as: string;
  to: number;
  /** The expression of the limit. */
  is: string;
}

export interface ImplementationOptions<Name extends string, Input extends tf.Tensor> extends LineOptions {
  /** The line, or the expression of one number, that the function computes. */
  of: string;
  /** The function's inputs by name, as expressions; one that mentions a single reply gets an entry for each pair. */
  inputs: Record<Name, string>;
  /** Numbers that the function takes beside its tensors, e.g. { beta: "beta" }; no gradient is asked for. */
  constants?: Record<string, string>;
  /** The drawn symbols along which gradients are compared; default every one that an input depends on. */
  withRespectTo?: readonly string[];
  /** The library's function: from the inputs as tensors to a tensor of one number. */
  run: (inputs: Record<Name, Input>, constants: Record<string, number>) => tf.Tensor;
  /** How the function is called where the line is typeset. Default "library". */
  called?: string;
}

export type LineKind =
  | "start" // an expression nothing comes before
  | "definition"
  | "identity"
  | "inequality"
  | "proportional"
  | "up-to-constant"
  | "gradient"
  | "optimum"
  | "limit"
  | "implementation";

export interface LineResult extends Survey {
  id: string;
  /** The line it was derived from. */
  from?: string;
  kind: LineKind;
  /** As written: the one source of formula and check. */
  expression: string;
  latex: string;
  /** True where algebra alone shows an identity, beside the draws. */
  simplified?: boolean;
  move: string;
  source?: string;
}
