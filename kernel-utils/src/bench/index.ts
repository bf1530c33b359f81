export {
  type BenchCase,
  type BenchSession,
  benchCases,
  benchModel,
  greedyTokens,
  preferenceLosses,
  trainingLosses,
} from "./cases";
export type { Timing } from "./clock";
export { benchShapes, benchTokenizer, documentsOf, generation, pairsOf, promptsOf, shapeNames } from "./shapes";
export { logLogSlope, type Slope, type Spread, spreadOf } from "./statistics";
