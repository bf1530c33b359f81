export { type DescendOptions, type Descent, descend } from "./descend";
export { bestOfNCurve, type FrontierPoint, frontierReward, rewardKlFrontier } from "./frontier";
export { expectedReward, klDivergence, totalVariation } from "./measures";
export { logitsOf, replyLogps, replyLogpsOf, replyMask, replyTokenLogps } from "./policy";
export {
  allPairs,
  bradleyTerry,
  judgedReplies,
  labelEntropy,
  labelledPairs,
  type PopulationPairs,
  pairLogps,
  populationLoss,
  rlhfLoss,
} from "./population";
export { type ExactWorld, enumerateWorld } from "./world";
