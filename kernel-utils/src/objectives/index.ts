export { type AdaptiveKlOptions, adaptiveKl, nextKlCoefficient } from "./adaptiveKl";
export {
  type Agreement,
  type AgreementMeasure,
  type AgreementOptions,
  agreement,
  agreementMeasures,
  type Rating,
} from "./agreement";
export { type BcoOptions, type BcoResult, bco } from "./bco";
export { type BestOfN, type BestOfNOptions, bestOfN, expectedMax } from "./bestOfN";
export type { ClipOptions } from "./clippedRatio";
export { type CpoInputs, type CpoOptions, cpo } from "./cpo";
export { type DivergenceName, divergenceNames } from "./divergences";
export { type DpoInputs, type DpoOptions, type DpoResult, dpo } from "./dpo";
export { type DpoVariant, dpoVariants } from "./dpoVariants";
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
export { type IpoOptions, ipo, ipoLogps } from "./ipo";
export { type KlEstimator, type KlInputs, type KlOptions, type KlResult, kl, klEstimators } from "./kl";
export { type KtoInputs, type KtoOptions, kto } from "./kto";
export type { LabelledLogps } from "./labelled";
export { type OnlineDpoInputs, type OnlineDpoResult, onlineDpo } from "./onlineDpo";
export {
  type OptimalPolicy,
  type OptimalPolicyInputs,
  type OptimalPolicyOptions,
  optimalPolicy,
} from "./optimalPolicy";
export { answerJson } from "./oracle/answerJson";
export { describeObjective, listObjectives } from "./oracle/describe";
export { type OracleAnswer, type OracleRequest, oracle, oracleEntry, oracleNames } from "./oracle/oracle";
export { type OrpoInputs, type OrpoOptions, type OrpoResult, orpo } from "./orpo";
export type { PairLengths, PairLogps } from "./pairs";
export { type PpoInputs, type PpoOptions, type PpoResult, ppo } from "./ppo";
export {
  missingEosRules,
  type PpoRewardsInputs,
  type PpoRewardsOptions,
  ppoRewards,
  repliesScores,
  scorePositions,
} from "./ppoRewards";
export type { ObjectiveResult } from "./result";
export { type RewardModelInputs, type RewardModelOptions, rewardModel } from "./rewardModel";
export { type RlooInputs, type RlooOptions, rloo } from "./rloo";
export { type SftOptions, sft, sftReductions } from "./sft";
export { gammaMeanings, type SimpoInputs, type SimpoOptions, simpo } from "./simpo";
export { type SlicInputs, type SlicOptions, slic } from "./slic";
export { type WhitenInputs, type WhitenOptions, whiten } from "./whiten";
