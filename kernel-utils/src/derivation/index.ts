/** Derivations whose every line is typeset and checked from one expression. */
export { Derivation, type DerivationOptions } from "./derivation";
export type {
  GradientOptions,
  ImplementationOptions,
  LimitOptions,
  LineKind,
  LineOptions,
  LineResult,
  OptimumOptions,
} from "./line";
export type { LineMutants, MutationReport, Survivor } from "./mutate";
export { type Mutant, mutations } from "./mutations";
export { allDerivations, derivation, line } from "./registry";
export type { Counterexample, Survey } from "./survey";
export type { SymbolKind, SymbolSpec, SymbolSpecs } from "./symbols";
