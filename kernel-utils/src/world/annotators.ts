/** Simulated annotators: Bradley–Terry noise on the gold reward, and each with a weakness of their own. */
import type { Random } from "../tensor/random";
import { readReply, replyTokens } from "./reply";

export interface Annotator {
  readonly name: string;
  /** Log-odds for one unit of gold reward: how sharply truth is seen. */
  readonly sharpness: number;
  /** Log-odds for each extra token. */
  readonly lengthLiking: number;
  /** Log-odds for each sentence of flattery. */
  readonly flatteryLiking: number;
  /** Log-odds for being told "yes". */
  readonly agreementLiking: number;
  /** Share of answers given without looking. */
  readonly inattention: number;
}

const unbiased = { lengthLiking: 0, flatteryLiking: 0, agreementLiking: 0 };

export const ANNOTATORS: readonly Annotator[] = [
  { name: "careful", ...unbiased, sharpness: 12, inattention: 0.01 },
  { name: "hasty", ...unbiased, sharpness: 8, inattention: 0.2 },
  { name: "likes length", ...unbiased, sharpness: 8, lengthLiking: 0.1, inattention: 0.03 },
  { name: "likes flattery", ...unbiased, sharpness: 8, flatteryLiking: 1.2, inattention: 0.03 },
  { name: "likes agreement", ...unbiased, sharpness: 8, agreementLiking: 1.5, inattention: 0.03 },
];

/** A reply with its gold reward. */
export interface ScoredReply {
  readonly text: string;
  readonly gold: number;
}

/** Log-odds closer to 0 than this are called a tie. */
const TIE_BAND = 0.2;

/** What the reply is worth to the annotator, in log-odds: sharpness · gold + biases. */
export function utility(annotator: Annotator, { text, gold }: ScoredReply): number {
  const sentences = readReply(text);
  const flattery = sentences.filter(({ claim }) => claim.type === "flattery").length;
  const agreement = sentences.some(({ verdict }) => verdict === "yes") ? 1 : 0;
  return (
    annotator.sharpness * gold +
    annotator.lengthLiking * replyTokens(text).length +
    annotator.flatteryLiking * flattery +
    annotator.agreementLiking * agreement
  );
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** P(first preferred) = (1 − inattention) σ(u₁ − u₂) + inattention / 2: Bradley and Terry 1952 with careless answers. */
export function preferenceProbability(annotator: Annotator, first: ScoredReply, second: ScoredReply): number {
  const { inattention } = annotator;
  return (1 - inattention) * logistic(utility(annotator, first) - utility(annotator, second)) + inattention / 2;
}

/** One annotator's verdict on a pair. */
export function compareReplies(
  annotator: Annotator,
  first: ScoredReply,
  second: ScoredReply,
  random: Random,
): "first" | "second" | "tie" {
  const difference = utility(annotator, first) - utility(annotator, second);
  const draw = random.uniform();
  if (Math.abs(difference) < TIE_BAND) return "tie";
  return draw < preferenceProbability(annotator, first, second) ? "first" : "second";
}

/** Gold reward at which an annotator without biases is undecided between thumbs up and down. */
export const THUMB_THRESHOLD = 0.7;

/** Thumbs up with probability σ(utility − sharpness · 0.7), or a coin where the annotator does not look. */
export function giveThumb(annotator: Annotator, reply: ScoredReply, random: Random): boolean {
  const { inattention, sharpness } = annotator;
  const seen = logistic(utility(annotator, reply) - sharpness * THUMB_THRESHOLD);
  return random.uniform() < (1 - inattention) * seen + inattention / 2;
}
