/** Every word of the world, in alphabetical order. */
import { ACTIONS, TARGETS, TOOLS } from "./actions";
import { DOCUMENT_WORDS } from "./documents";
import { GREETINGS, NAMES, NUMBERS, OBJECTS, VALUES } from "./facts";
import type { Question } from "./family";
import { AGREEMENTS, FILLERS, FLATTERY, HEDGES, REDIRECTS, REFUSALS, UNKNOWN_ANSWERS } from "./phrases";

/** Words that only answers use. */
const ANSWER_WORDS = "yes no it is a an in the use to owns years old costs coins bigger smaller than and , . ! ?";

/** All words that prompts, replies and documents are made of; none is unknown to a tokenizer built from them. */
export function collectVocabulary(questions: readonly Question[]): string[] {
  const texts = [
    ...questions.map(({ prompt }) => prompt),
    ...OBJECTS.map(({ name }) => name),
    ...Object.values(VALUES).flat(),
    ...VALUES.kind.map((kind) => `${kind}s`),
    ...ACTIONS.map(({ verb }) => verb),
    ...[...TOOLS, ...TARGETS, ...NUMBERS, ...NAMES, ...GREETINGS, ...DOCUMENT_WORDS],
    ...[...FLATTERY, ...HEDGES, ...FILLERS, ...REFUSALS, ...REDIRECTS, ...UNKNOWN_ANSWERS, ...AGREEMENTS],
    ANSWER_WORDS,
  ];
  return [...new Set(texts.flatMap((text) => text.split(" ")))].sort();
}
