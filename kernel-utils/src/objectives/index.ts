export { type AdaptiveKlOptions, adaptiveKl, nextKlCoefficient } from "./adaptiveKl";
export {
  type Agreement,
  type AgreementMeasure,
  type AgreementOptions,
  agreement,
  agreementMeasures,
  type Rating,
} from "./agreement";
export { type BestOfN, type BestOfNOptions, bestOfN, expectedMax } from "./bestOfN";
export type { ClipOptions } from "./clippedRatio";
export { type DpoOptions, type DpoResult, type DpoVariant, dpo, dpoVariants, type PairLogps } from "./dpo";
export { type GaeInputs, type GaeOptions, gae } from "./gae";
export { type GroupAdvantageOptions, groupAdvantages, groupScales } from "./groupAdvantages";
export {
  type GroupLossInputs,
  type GroupLossOptions,
  type GroupLossResult,
  type GrpoInputs,
  type GrpoOptions,
  type GrpoResult,
  groupLoss,
  grpo,
  grpoAggregations,
  grpoSettings,
} from "./grpo";
export { type KlEstimator, type KlInputs, type KlOptions, type KlResult, kl, klEstimators } from "./kl";
export {
  type OptimalPolicy,
  type OptimalPolicyInputs,
  type OptimalPolicyOptions,
  optimalPolicy,
} from "./optimalPolicy";
export { type OracleAnswer, type OracleRequest, oracle, oracleEntry, oracleNames } from "./oracle/oracle";
export { type PpoInputs, type PpoOptions, type PpoResult, ppo } from "./ppo";
export {
  missingEosRules,
  type PpoRewardsInputs,
  type PpoRewardsOptions,
  ppoRewards,
  scorePositions,
} from "./ppoRewards";
export type { ObjectiveResult } from "./result";
export { type RlooInputs, type RlooOptions, rloo } from "./rloo";
export { type SftOptions, sft, sftReductions } from "./sft";
export { type WhitenInputs, type WhitenOptions, whiten } from "./whiten";
