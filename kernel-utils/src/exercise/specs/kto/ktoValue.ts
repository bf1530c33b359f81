import type { Row } from "../../numbers";
import { defineExercise } from "../../spec";
import { normals, sigmoid } from "../shared/plain";
import { signs } from "./shared";

type Inputs = readonly [logRatios: Row, desirable: Row, z0: number, beta: number];

const values = (ratios: Row, desirable: Row, z0: number, beta: number): number[] =>
  signs(desirable).map((sign, i) => sigmoid(sign * beta * (ratios[i] - z0)));

export const ktoValue = defineExercise<Inputs>({
  id: "kto-value",
  answer: "one value per reply, [B],",
  inputs: [
    { name: "logRatios", kind: "float32" },
    { name: "desirable", kind: "float32" },
    { name: "z0", kind: "plain" },
    { name: "beta", kind: "plain" },
  ],
  cases: (random) => [
    {
      name: "both thumbs, β = 0.5",
      property: "between 0 and 1",
      inputs: [normals(5, 4, random), [1, 0, 1, 0, 0], 1.5, 0.5],
    },
    { name: "at the reference point", property: "½, thumb up or down", inputs: [[0.7, 0.7], [1, 0], 0.7, 2] },
    { name: "z0 = 0, β = 2", property: "β scales the distance", inputs: [normals(4, 1, random), [1, 1, 0, 0], 0, 2] },
    {
      name: "far from the reference point",
      property: "0 or 1, never NaN",
      inputs: [[-900, 900, -900, 900], [1, 1, 0, 0], 3, 1],
    },
  ],
  reference: values,
  mistakes: [
    {
      name: "one-sided",
      message: "an undesirable reply is valued like a desirable one; for it the argument of σ changes sign",
      run: (ratios, _desirable, z0, beta) => ratios.map((ratio) => sigmoid(beta * (ratio - z0))),
    },
    {
      name: "exchanged",
      message:
        "desirable and undesirable are exchanged, or this is the loss 1 − v, which is the same here: " +
        "a likelier desirable reply must be worth more",
      run: (ratios, desirable, z0, beta) => values(ratios, desirable, z0, -beta),
    },
    {
      name: "reference-point-missing",
      message: "the reference point is missing: a gain is a gain over z0, not over 0",
      run: (ratios, desirable, _z0, beta) => values(ratios, desirable, 0, beta),
    },
    {
      name: "reference-point-sign",
      message: "z0 is added where it should be subtracted",
      run: (ratios, desirable, z0, beta) => values(ratios, desirable, -z0, beta),
    },
    {
      name: "beta-missing",
      message: "β is missing: it multiplies the distance from the reference point",
      run: (ratios, desirable, z0) => values(ratios, desirable, z0, 1),
    },
    {
      name: "beta-on-ratio-only",
      message: "β multiplies the log-ratio but not z0: the distance r − z0 comes first, then β",
      run: (ratios, desirable, z0, beta) => values(ratios, desirable, z0 / beta, beta),
    },
  ],
  hints: [
    "how far is the reply's log-ratio above the reference point, and is that good or bad for this thumb?",
    "v = σ(s β (r − z0)) with s = +1 for a thumb up and −1 for a thumb down",
    "s = 2 · desirable − 1",
  ],
});
