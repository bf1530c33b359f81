import type { Random } from "../../../tensor/random";
import type { Row, Rows } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { mean, normals } from "../shared/plain";

type Inputs = readonly [policyLogps: Rows, referenceLogps: Rows, beta: number];

const logRatios = (policy: Rows, reference: Rows): number[][] =>
  policy.map((row, x) => row.map((logp, y) => logp - reference[x][y]));
const scaled = (rows: Rows, factor: number): number[][] => rows.map((row) => row.map((entry) => factor * entry));
const above = (rows: Rows, zeroOf: (row: Row) => number): number[][] =>
  rows.map((row) => row.map((entry) => entry - zeroOf(row)));
const first = (row: Row): number => row[0];

function drawn(name: string, property: string, prompts: number, replies: number, beta: number, random: Random) {
  const reference = Array.from({ length: prompts }, () => normals(replies, 3, random).map((value) => value - 25));
  const policy = reference.map((row) => row.map((logp) => logp + 2 * random.normal()));
  return { name, property, inputs: [policy, reference, beta] } satisfies ExerciseCase<Inputs>;
}

export const rewardDifferences = defineExercise<Inputs>({
  id: "dpo-reward-differences",
  answer: "one difference per reply, [P, N],",
  inputs: [
    { name: "policyLogps", kind: "float32" },
    { name: "referenceLogps", kind: "float32" },
    { name: "beta", kind: "plain" },
  ],
  cases: (random) => [
    drawn("three prompts, four replies, β = 0.1", "0 in the first column", 3, 4, 0.1, random),
    drawn("as many prompts as replies, β = 2", "each row by its own first reply", 3, 3, 2, random),
    {
      name: "policy equals reference",
      property: "0: no reward told from another",
      inputs: [[[-30, -12.5, -20]], [[-30, -12.5, -20]], 0.3],
    },
    {
      name: "a prompt whose replies all rose by 2 nats",
      property: "0 in its row: that is Z, not a reward",
      inputs: [
        [
          [-18, -8],
          [-20, -9],
        ],
        [
          [-20, -10],
          [-21, -12],
        ],
        0.5,
      ],
    },
  ],
  reference: (policy, reference, beta) => scaled(above(logRatios(policy, reference), first), beta),
  mistakes: [
    {
      name: "not-relative",
      message: "these are implicit rewards, with β log Z(x) still in them; subtract that of the first reply",
      run: (policy, reference, beta) => scaled(logRatios(policy, reference), beta),
    },
    {
      name: "across-prompts",
      message: "you subtract the first prompt's reply from the others' too; log Z(x) differs from prompt to prompt",
      run: (policy, reference, beta) => {
        const ratios = logRatios(policy, reference);
        return scaled(
          above(ratios, () => ratios[0][0]),
          beta,
        );
      },
    },
    {
      name: "first-prompt",
      message: "you subtract the first prompt (the first row) from every prompt; the first reply is a column",
      run: (policy, reference, beta) => {
        const [top, ...others] = logRatios(policy, reference);
        return scaled(
          [top, ...others].map((row) => row.map((entry, y) => entry - top[y])),
          beta,
        );
      },
    },
    {
      name: "centred",
      message: "you subtract the mean over the replies; asked is the difference to the first reply",
      run: (policy, reference, beta) => scaled(above(logRatios(policy, reference), mean), beta),
    },
    {
      name: "sign",
      message: "the sign is flipped: a reply better than the first has a positive difference",
      run: (policy, reference, beta) => scaled(above(logRatios(policy, reference), first), -beta),
    },
    {
      name: "beta-missing",
      message: "β is missing: differences of log-ratios are r / β",
      run: (policy, reference) => above(logRatios(policy, reference), first),
    },
    {
      name: "divided-by-beta",
      message: "you have divided by β; the optimal policy has r / β in its exponent, so multiply to get r back",
      run: (policy, reference, beta) => scaled(above(logRatios(policy, reference), first), 1 / beta),
    },
    {
      name: "reference-missing",
      message: "the reference is missing: it liked some replies better long before any reward came in",
      run: (policy, _reference, beta) => scaled(above(policy, first), beta),
    },
  ],
  hints: [
    "compute the implicit rewards first; which numbers of that table share one unknown β log Z(x)?",
    "a row shares it: subtract the first column, kept as [P, 1] so that it broadcasts along the row",
  ],
});
