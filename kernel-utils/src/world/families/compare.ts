/** "which is bigger , the dog or the bee ?" and "is the dog bigger than the bee ?": two objects of different size. */
import { OBJECTS, sizeDifference } from "../facts";
import { type Bearing, type Family, judgeBySentence } from "../family";
import type { Relation, Sentence } from "../reply";

export interface CompareTask {
  readonly form: "which" | "whether";
  readonly relation: Relation;
  readonly first: string;
  readonly second: string;
}

/** Is `object` bigger (or smaller) than `other`? */
export const holds = (object: string, relation: Relation, other: string): boolean =>
  relation === "bigger" ? sizeDifference(object, other) > 0 : sizeDifference(object, other) < 0;

const winner = ({ relation, first, second }: CompareTask): string => (holds(first, relation, second) ? first : second);

const loser = (task: CompareTask): string => (winner(task) === task.first ? task.second : task.first);

const answer = (task: CompareTask, object: string): string => {
  const verdict = task.form === "which" ? "" : object === task.first ? "yes , " : "no , ";
  return `${verdict}the ${object} is ${task.relation}`;
};

const bearing = (task: CompareTask, { verdict, claim }: Sentence): Bearing => {
  const { first, second } = task;
  const verdictWrong = task.form === "whether" && verdict !== null && (verdict === "yes") !== (winner(task) === first);
  if (verdictWrong) return "wrong";
  const stated = (object: string, relation: Relation, other: string | null): Bearing => {
    const rest = other ?? (object === first ? second : first);
    const samePair = [first, second].includes(object) && [first, second].includes(rest) && object !== rest;
    return samePair ? (holds(object, relation, rest) ? "right" : "wrong") : null;
  };
  if (claim.type === "compare") return stated(claim.object, claim.relation, claim.other);
  if (claim.type === "items" && task.form === "which") {
    return claim.items.length === 1 ? stated(claim.items[0], task.relation, null) : "wrong";
  }
  return task.form === "whether" && verdict !== null ? "right" : null;
};

const differentSizes = (): [string, string][] =>
  OBJECTS.flatMap(({ name }) =>
    OBJECTS.filter((other) => sizeDifference(name, other.name) !== 0).map((other): [string, string] => [
      name,
      other.name,
    ]),
  );

const forms = ["which", "whether"] as const;
const relations = ["bigger", "smaller"] as const;

export const compareFamily: Family<CompareTask> = {
  name: "compare",
  purpose: "which of two objects is bigger or smaller, or whether one is",
  share: 0.1,
  tasks: () =>
    differentSizes().flatMap(([first, second]) =>
      forms.flatMap((form) => relations.map((relation) => ({ form, relation, first, second }))),
    ),
  variant: ({ form }) => form,
  topic: () => null,
  phrasings: ({ form, relation, first, second }) =>
    form === "which"
      ? [
          `which is ${relation} , the ${first} or the ${second} ?`,
          `what is ${relation} , the ${first} or the ${second} ?`,
        ]
      : [
          `is the ${first} ${relation} than the ${second} ?`,
          `tell me if the ${first} is ${relation} than the ${second} .`,
        ],
  shiftPhrasings: ({ form, relation, first, second }) =>
    form === "which"
      ? [`the ${first} or the ${second} , which of these is ${relation} ?`]
      : [`please help me : is the ${first} ${relation} than the ${second} ?`],
  ideal: (task) => `${answer(task, winner(task))} .`,
  right: (task, random) =>
    random.uniform() < 0.8
      ? `${answer(task, winner(task))} .`
      : `${answer(task, winner(task))} than the ${loser(task)} .`,
  wrong: (task) => `${answer(task, loser(task))} .`,
  judge: (task, sentences) => judgeBySentence(sentences, (sentence) => bearing(task, sentence)),
};
