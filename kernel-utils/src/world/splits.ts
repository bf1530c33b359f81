/** Which prompts train, which are held out, and which come from another distribution. */
import type { Random } from "../tensor/random";
import type { Question } from "./family";

/** heldOut: known facts in a known phrasing, but not seen together. shift: phrasings that training never shows. */
export type Split = "train" | "heldOut" | "shift";

/** Share of the tasks that have one of their phrasings held out. */
const HELD_OUT_SHARE = 0.6;

/** Each task keeps at least one phrasing in training, so every fact asked about when testing was taught. */
export function assignSplits(questions: readonly Question[], random: Random): Map<Question, Split> {
  const splits = new Map<Question, Split>();
  const tasks = new Map<string, Question[]>();
  for (const question of questions) {
    splits.set(question, question.shifted ? "shift" : "train");
    const key = `${question.family} ${question.task}`;
    if (!question.shifted) tasks.set(key, [...(tasks.get(key) ?? []), question]);
  }
  for (const phrasings of tasks.values()) {
    const held = random.uniform() < HELD_OUT_SHARE;
    const which = random.integer(phrasings.length);
    if (held && phrasings.length > 1) splits.set(phrasings[which], "heldOut");
  }
  return splits;
}
