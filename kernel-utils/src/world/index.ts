/** A small assistant world whose truth is known: prompts, replies, annotators and an exact gold reward. */
export {
  type Annotator,
  compareReplies,
  giveThumb,
  preferenceProbability,
  type ScoredReply,
  THUMB_THRESHOLD,
} from "./annotators";
export { DOCUMENT_SHARES } from "./documents";
export { type Attribute, OBJECTS as WORLD_OBJECTS, type WorldObject } from "./facts";
export type { FamilySummary } from "./families";
export type { FamilyName } from "./family";
export { type Claim, readReply, type Sentence } from "./reply";
export { CONCISE_SLACK, type GoldReward, REWARD_WEIGHTS, type RewardComponent } from "./reward";
export type { Split } from "./splits";
export { MAX_PROMPT_TOKENS, MAX_REPLY_TOKENS, type ReplyStyle, STYLES, type StyleName } from "./styles";
export {
  createWorld,
  World,
  type WorldFeedback,
  type WorldInstruction,
  type WorldPreference,
  type WorldPrompt,
} from "./world";
