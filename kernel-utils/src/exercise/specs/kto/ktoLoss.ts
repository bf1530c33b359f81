import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { logRatios, mean, normals } from "../shared/plain";
import { type LabelledLogps, labelledInputs, satisfaction, withLogRatios } from "./shared";

type Inputs = readonly [
  ...logps: LabelledLogps,
  z0: number,
  beta: number,
  desirableWeight: number,
  undesirableWeight: number,
];

function losses(...[policy, reference, desirable, z0, beta, up, down]: Inputs): number[] {
  const values = satisfaction(logRatios(policy, reference), desirable, z0, -beta); // 1 − σ(x) is σ(−x)
  return values.map((value, i) => (desirable[i] === 1 ? up : down) * value);
}

const drawn = (
  name: string,
  property: string,
  [ratios, desirable]: readonly [Row, Row],
  settings: readonly [z0: number, beta: number, desirableWeight: number, undesirableWeight: number],
  random: Random,
): ExerciseCase<Inputs> => ({ name, property, inputs: [...withLogRatios(ratios, random), desirable, ...settings] });

export const ktoLoss = defineExercise<Inputs>({
  id: "kto-loss",
  answer: "one number per reply, [B],",
  inputs: [
    ...labelledInputs,
    { name: "z0", kind: "plain" },
    { name: "beta", kind: "plain" },
    { name: "desirableWeight", kind: "plain" },
    { name: "undesirableWeight", kind: "plain" },
  ],
  cases: (random) => [
    drawn("random, equal weights", "between 0 and 1", [normals(4, 4, random), [1, 0, 0, 1]], [1, 0.3, 1, 1], random),
    drawn(
      "policy equals reference, z0 = 0",
      "½",
      [
        [0, 0],
        [1, 0],
      ],
      [0, 0.1, 1, 1],
      random,
    ),
    drawn("unequal weights", "in [0, λ]", [normals(4, 2, random), [1, 1, 1, 0]], [0.5, 1, 1.5, 4], random),
    drawn(
      "far away",
      "0 or λ, never NaN",
      [
        [-700, 700, -700, 700],
        [1, 1, 0, 0],
      ],
      [2, 1, 1.25, 0.5],
      random,
    ),
  ],
  reference: losses,
  mistakes: [
    {
      name: "exchanged",
      message:
        "you have exchanged desirable and undesirable, or this is the value λσ(…) and not the loss λ − v, which is the same " +
        "number: the loss grows as a good reply becomes more likely",
      run: (policy, reference, desirable, z0, beta, up, down) =>
        losses(policy, reference, desirable, z0, -beta, up, down),
    },
    {
      name: "weights-exchanged",
      message: "λ_D and λ_U are exchanged: λ_D belongs to the thumbs up",
      run: (policy, reference, desirable, z0, beta, up, down) =>
        losses(policy, reference, desirable, z0, beta, down, up),
    },
    {
      name: "weights-missing",
      message: "the weights λ_D and λ_U are missing",
      run: (policy, reference, desirable, z0, beta) => losses(policy, reference, desirable, z0, beta, 1, 1),
    },
    {
      name: "reference-missing",
      message: "the reference is missing: r is a log-ratio, not a log-probability",
      run: (policy, _reference, ...rest) =>
        losses(
          policy,
          policy.map(() => 0),
          ...rest,
        ),
    },
    {
      name: "reference-point-missing",
      message: "z0 is missing: gains and losses are counted from the reference point",
      run: (policy, reference, desirable, _z0, ...rest) => losses(policy, reference, desirable, 0, ...rest),
    },
    {
      name: "log",
      message: "this is −log of the value, as in DPO; KTO's loss is 1 − v and is bounded",
      run: (policy, reference, desirable, z0, beta, up, down) =>
        satisfaction(logRatios(policy, reference), desirable, z0, beta).map(
          (value, i) => -(desirable[i] === 1 ? up : down) * Math.log(value),
        ),
    },
    {
      name: "mean",
      message: "you have averaged over the replies; return the loss of each",
      run: (...inputs) => mean(losses(...inputs)),
    },
  ],
  hints: [
    "the loss is what is missing from the largest possible value, λ",
    "λ (1 − σ(x)) = λ σ(−x), with x = ±β (r − z0)",
    "choose λ by the thumb: λ_U + desirable · (λ_D − λ_U)",
  ],
});
