/** Evaluation against the truth: gold reward, distance from the reference, and how sure the numbers are. */
export { evaluateGold, type GoldEvaluation, type GoldSample, type SampleOptions, summarizeGold } from "./gold";
export { type KlEstimate, sampleKl } from "./sampleKl";
export {
  type BootstrapOptions,
  bootstrapInterval,
  type Interval,
  mean,
  quantile,
  standardDeviation,
  standardError,
} from "./statistics";
