/** "what is two plus three ?": sums and differences of one to five. */
import { NUMBERS } from "../facts";
import { type Family, judgeBySentence } from "../family";

export interface ArithmeticTask {
  readonly left: number;
  readonly operation: "plus" | "minus";
  readonly right: number;
}

const OPERANDS = [1, 2, 3, 4, 5];

/** The exact result, 0 to 10. */
export const resultOf = (left: number, operation: string, right: number): number =>
  operation === "plus" ? left + right : left - right;

const solve = ({ left, operation, right }: ArithmeticTask): number => resultOf(left, operation, right);

const question = ({ left, operation, right }: ArithmeticTask): string =>
  `${NUMBERS[left]} ${operation} ${NUMBERS[right]}`;

export const arithmeticFamily: Family<ArithmeticTask> = {
  name: "arithmetic",
  purpose: "sums and differences of the numbers one to five",
  share: 0.1,
  tasks: () =>
    OPERANDS.flatMap((left) =>
      OPERANDS.flatMap((right) => [
        { left, operation: "plus" as const, right },
        ...(left >= right ? [{ left, operation: "minus" as const, right }] : []),
      ]),
    ),
  variant: ({ operation }) => operation,
  topic: () => null,
  phrasings: (task) => [
    `what is ${question(task)} ?`,
    `how much is ${question(task)} ?`,
    `tell me what ${question(task)} is .`,
    `please count ${question(task)} .`,
  ],
  shiftPhrasings: (task) => [`${question(task)} is how much ?`, `please help me : what is ${question(task)} ?`],
  ideal: (task) => `${question(task)} is ${NUMBERS[solve(task)]} .`,
  right: (task, random) => `${random.uniform() < 0.8 ? `${question(task)} is` : "it is"} ${NUMBERS[solve(task)]} .`,
  wrong: (task, random) =>
    `${question(task)} is ${random.choice(NUMBERS.filter((_, value) => value !== solve(task)))} .`,
  judge: (task, sentences) =>
    judgeBySentence(sentences, ({ claim }) => {
      if (claim.type !== "sum") return null;
      const { left, operation, right } = claim;
      const asked = left === task.left && operation === task.operation && right === task.right;
      if (left !== null && !asked) return null;
      return claim.value === solve(task) ? "right" : "wrong";
    }),
};
