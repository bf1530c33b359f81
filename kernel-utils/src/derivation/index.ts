/** Derivations whose every line is typeset and checked from one expression. */
export {
  Derivation,
  type DerivationOptions,
  type GradientOptions,
  type LineKind,
  type LineOptions,
  type LineResult,
  type OptimumOptions,
} from "./derivation";
export { type Mutant, mutations } from "./mutations";
export { allDerivations, derivation, line } from "./registry";
export type { Counterexample, Survey } from "./survey";
export type { SymbolSpec, SymbolSpecs } from "./symbols";
