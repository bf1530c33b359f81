/** What every family of instructions provides, and how a family becomes a list of questions. */
import type { Random } from "../tensor/random";
import type { Sentence } from "./reply";

export const FAMILY_NAMES = [
  "fact",
  "compare",
  "arithmetic",
  "list",
  "polite",
  "opinion",
  "howto",
  "harm",
  "unknown",
] as const;
export type FamilyName = (typeof FAMILY_NAMES)[number];

/** What a family makes of a reply to one of its tasks. */
export interface Judgement {
  /** The reply says something of the kind that was asked for, right or wrong. */
  readonly answered: boolean;
  /** How right the answer is, 0 to 1. */
  readonly correct: number;
  /** The sentences that answer wrongly. */
  readonly wrong: readonly Sentence[];
}

/** One family: its tasks, the ways to ask them, right and wrong answers, and the judge. */
export interface Family<T> {
  readonly name: FamilyName;
  /** One line for the data card. */
  readonly purpose: string;
  /** Share of the prompts that are drawn from this family; the shares of all families sum to 1. */
  readonly share: number;
  readonly tasks: () => T[];
  /** Kinds of task within the family; each is drawn equally often. */
  readonly variant: (task: T) => string;
  /** The object "it" refers to in a reply, if any. */
  readonly topic: (task: T) => string | null;
  readonly phrasings: (task: T) => string[];
  /** Phrasings that training never shows: the distribution shift. */
  readonly shiftPhrasings: (task: T) => string[];
  /** A reply that earns the most. */
  readonly ideal: (task: T) => string;
  /** A right answer as people give it, without style. */
  readonly right: (task: T, random: Random) => string;
  /** A plausible wrong answer, without style. */
  readonly wrong: (task: T, random: Random) => string;
  readonly judge: (task: T, sentences: readonly Sentence[]) => Judgement;
}

/** One prompt with everything known about it, its task hidden in closures so that families can share a list. */
export interface Question {
  readonly prompt: string;
  readonly family: FamilyName;
  readonly variant: string;
  readonly topic: string | null;
  /** Which task of the family; prompts with one task differ in phrasing only. */
  readonly task: number;
  readonly phrasing: number;
  readonly shifted: boolean;
  readonly ideal: string;
  readonly right: (random: Random) => string;
  readonly wrong: (random: Random) => string;
  readonly judge: (sentences: readonly Sentence[]) => Judgement;
}

/** Every question of a family, shifted phrasings last. */
export function questionsOf<T>(family: Family<T>): Question[] {
  return family.tasks().flatMap((task, index) => {
    const ask = (shifted: boolean) => (prompt: string, phrasing: number) => ({
      prompt,
      family: family.name,
      variant: family.variant(task),
      topic: family.topic(task),
      task: index,
      phrasing,
      shifted,
      ideal: family.ideal(task),
      right: (random: Random) => family.right(task, random),
      wrong: (random: Random) => family.wrong(task, random),
      judge: (sentences: readonly Sentence[]) => family.judge(task, sentences),
    });
    return [...family.phrasings(task).map(ask(false)), ...family.shiftPhrasings(task).map(ask(true))];
  });
}

/** How one sentence bears on the question: an answer, a wrong answer, or neither. */
export type Bearing = "right" | "wrong" | null;

/** The usual judge: correct when something answers rightly and nothing answers wrongly. */
export function judgeBySentence(sentences: readonly Sentence[], bearing: (sentence: Sentence) => Bearing): Judgement {
  const bearings = sentences.map(bearing);
  const wrong = sentences.filter((_, index) => bearings[index] === "wrong");
  const right = bearings.includes("right");
  return { answered: right || wrong.length > 0, correct: right && wrong.length === 0 ? 1 : 0, wrong };
}

/** "a" or "an", as the following word wants it. */
export const article = (word: string): string => (/^[aeiou]/.test(word) ? "an" : "a");
