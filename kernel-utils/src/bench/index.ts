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
export { describeMachine, type Machine } from "./machine";
export { type BenchResult, resultOf } from "./measure";
export { measureStep } from "./measureStep";
export { type Measurement, type PeerReport, ratiosOf, type Variant } from "./peerReport";
export type { Profile } from "./profile";
export { resultsPage } from "./resultsPage";
export { type BenchListener, type BenchMode, type BenchReport, runBench, selectCases } from "./runBench";
export type { Sweep } from "./scaling";
export { benchShapes, benchTokenizer, documentsOf, generation, pairsOf, promptsOf, shapeNames } from "./shapes";
export { logLogSlope, type Slope, type Spread, spreadOf } from "./statistics";
export { profileLines, resultHeader, resultLine, sweepLines } from "./text";
