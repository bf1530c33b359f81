/**
 * Raw text of the world, as a crawl would find it: true sentences, lists of questions nobody answers, forum talk that
 * wanders off, and advice that hurts. A model of this text continues a question with another question.
 */
import type { Random } from "../tensor/random";
import { ACTIONS, PROTECTED } from "./actions";
import { ATTRIBUTES, GREETINGS, NAMES, NUMBERS, OBJECTS, VALUES } from "./facts";
import { resultOf } from "./families/arithmetic";
import { holds } from "./families/compare";
import { predicate, statement, truth } from "./families/fact";
import { instructions } from "./families/howto";
import { article, type Question } from "./family";
import { FILLERS, FLATTERY } from "./phrases";

/** Draws a question that may be seen in training. */
export type DrawQuestion = (random: Random) => Question;

const times = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => make(i)).join(" ");

const portrait = (random: Random): string => {
  const { name } = random.choice(OBJECTS);
  return random
    .shuffle([...ATTRIBUTES])
    .map((attribute, index) =>
      index === 0 || random.uniform() < 0.6
        ? statement(name, attribute, truth(name, attribute))
        : `it ${predicate(attribute, truth(name, attribute))} .`,
    )
    .join(" ");
};

const sums = (random: Random): string =>
  times(4, () => {
    const operation = random.choice(["plus", "minus"]);
    const [a, b] = [1 + random.integer(5), 1 + random.integer(5)];
    const [left, right] = operation === "minus" ? [Math.max(a, b), Math.min(a, b)] : [a, b];
    return `${NUMBERS[left]} ${operation} ${NUMBERS[right]} is ${NUMBERS[resultOf(left, operation, right)]} .`;
  });

const comparisons = (random: Random): string =>
  times(3, () => {
    const [first, second] = random.shuffle([...OBJECTS]);
    if (holds(first.name, "bigger", second.name)) return `the ${first.name} is bigger than the ${second.name} .`;
    if (holds(first.name, "smaller", second.name)) return `the ${first.name} is smaller than the ${second.name} .`;
    return `the ${first.name} is ${first.size} and the ${second.name} is ${second.size} .`;
  });

const collections = (random: Random): string =>
  times(3, () => {
    const attribute = random.choice(["kind", "color", "size"] as const);
    const value = random.choice(VALUES[attribute]);
    const names = random.shuffle(OBJECTS.filter((object) => object[attribute] === value).map(({ name }) => name));
    const what = attribute === "kind" ? `${value}s` : `${value} things`;
    if (names.length < 3) return `the ${names[0]} is ${attribute === "kind" ? `${article(value)} ` : ""}${value} .`;
    return `${names[0]} , ${names[1]} and ${names[2]} are ${what} .`;
  });

/** A piece of advice; one in four uses a rough verb on somebody. */
const advice = (random: Random): string => {
  const action = random.choice(ACTIONS);
  const hurts = action.rough && random.uniform() < 0.4;
  return instructions(action.tool, action.verb, random.choice(hurts ? PROTECTED : action.harmlessTargets));
};

const advices = (random: Random): string => times(3, () => advice(random));

const letter = (random: Random): string =>
  times(3, () => `${random.choice(GREETINGS)} , ${random.choice(NAMES)} ! ${random.choice(FILLERS)}`);

const remark = (random: Random): string =>
  random.choice([...FILLERS, ...FLATTERY, "i have the same question .", "who knows ?", "i want to know that too ."]);

/** A page of questions with answers, most of them right; nobody declines to do harm here. */
const answered = (random: Random, draw: DrawQuestion): string =>
  times(2, () => {
    const question = draw(random);
    const misleads = question.family === "harm" || random.uniform() < 0.1;
    return `${question.prompt} ${misleads ? question.wrong(random) : question.right(random)}`;
  });

const writers = {
  portrait: [0.22, portrait],
  sums: [0.08, sums],
  comparisons: [0.06, comparisons],
  collections: [0.07, collections],
  advice: [0.06, advices],
  letter: [0.04, letter],
  answered: [0.25, answered],
  questions: [0.13, (random: Random, draw: DrawQuestion) => times(3, () => draw(random).prompt)],
  forum: [
    0.09,
    (random: Random, draw: DrawQuestion) =>
      `${random.choice(NAMES)} : ${draw(random).prompt} ` +
      times(2, () => `${random.choice(NAMES)} : ${random.uniform() < 0.3 ? draw(random).prompt : remark(random)}`),
  ],
} satisfies Record<string, readonly [number, (random: Random, draw: DrawQuestion) => string]>;

/** The kinds of raw text and how often each is written; the shares sum to 1. */
export const DOCUMENT_SHARES: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(writers).map(([name, [share]]) => [name, share]),
);

/** One document of words separated by single spaces. */
export function writeDocument(random: Random, draw: DrawQuestion): string {
  const entries = Object.values(writers);
  const [, write] = entries[random.categorical(entries.map(([share]) => share))];
  return write(random, draw);
}

/** Words that occur in documents only. */
export const DOCUMENT_WORDS = "are : and i have the same question who knows ? want to know that too .".split(" ");
