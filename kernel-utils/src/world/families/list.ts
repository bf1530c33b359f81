/** "name two animals .": a given number of distinct objects that fit. */
import type { Random } from "../../tensor/random";
import { NUMBERS, OBJECTS, VALUES, type WorldObject } from "../facts";
import type { Family, Judgement } from "../family";
import type { Sentence } from "../reply";

export interface ListTask {
  readonly count: number;
  readonly attribute: "kind" | "color" | "size";
  readonly value: string;
}

const COUNTS = [2, 3];

const fits = ({ attribute, value }: ListTask, object: WorldObject): boolean => object[attribute] === value;

const members = (task: ListTask): string[] => OBJECTS.filter((object) => fits(task, object)).map(({ name }) => name);

const others = (task: ListTask): string[] => OBJECTS.filter((object) => !fits(task, object)).map(({ name }) => name);

const wanted = ({ count, attribute, value }: ListTask): string =>
  `${NUMBERS[count]} ${attribute === "kind" ? `${value}s` : `${value} things`}`;

/** "cat , dog and duck ." */
export const listing = (items: readonly string[]): string =>
  `${items.slice(0, -1).join(" , ")} and ${items[items.length - 1]} .`;

const draw = (names: readonly string[], count: number, random: Random): string[] =>
  random.shuffle([...names]).slice(0, count);

const judge = (task: ListTask, sentences: readonly Sentence[]): Judgement => {
  const listed = sentences.flatMap((sentence) => (sentence.claim.type === "items" ? sentence.claim.items : []));
  const fitting = new Set(members(task));
  const good = Math.min(task.count, new Set(listed.filter((item) => fitting.has(item))).size);
  const bad = listed.length - good; // misfits, repetitions and items beyond the number asked for
  const wrong = sentences.filter(
    ({ claim }) => claim.type === "items" && claim.items.some((item) => !fitting.has(item)),
  );
  return { answered: listed.length > 0, correct: Math.max(0, (good - bad) / task.count), wrong };
};

export const listFamily: Family<ListTask> = {
  name: "list",
  purpose: "two or three distinct objects of a kind, color or size",
  share: 0.1,
  tasks: () =>
    (["kind", "color", "size"] as const).flatMap((attribute) =>
      VALUES[attribute].flatMap((value) =>
        COUNTS.map((count) => ({ count, attribute, value })).filter((task) => members(task).length >= 3),
      ),
    ),
  variant: ({ attribute }) => attribute,
  topic: () => null,
  phrasings: (task) => [
    `name ${wanted(task)} .`,
    `list ${wanted(task)} .`,
    `give me ${wanted(task)} .`,
    `i need ${wanted(task)} .`,
  ],
  shiftPhrasings: (task) => [`can you name ${wanted(task)} ?`, `please help me : list ${wanted(task)} .`],
  ideal: (task) => listing(members(task).slice(0, task.count)),
  right: (task, random) => listing(draw(members(task), task.count, random)),
  wrong: (task, random) =>
    listing(random.shuffle([...draw(members(task), task.count - 1, random), random.choice(others(task))])),
  judge,
};
