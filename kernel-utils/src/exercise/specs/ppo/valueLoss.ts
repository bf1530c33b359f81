import type { Row } from "../../numbers";
import { defineExercise } from "../../spec";
import { normals } from "../shared/plain";

type Inputs = readonly [values: Row, oldValues: Row, returns: Row, valueClip: number];

const clip = (x: number, limit: number): number => Math.min(Math.max(x, -limit), limit);
const near = (value: number, old: number, limit: number): number => old + clip(value - old, limit);
const each = (
  [values, oldValues, returns, valueClip]: Inputs,
  f: (error: number, clippedError: number) => number,
): number[] => values.map((v, i) => f(v - returns[i], near(v, oldValues[i], valueClip) - returns[i]));

export const valueLoss = defineExercise<Inputs>({
  id: "value-loss",
  answer: "one loss per token",
  inputs: [
    { name: "values", kind: "float32" },
    { name: "oldValues", kind: "float32" },
    { name: "returns", kind: "float32" },
    { name: "valueClip", kind: "plain" },
  ],
  cases: (random) => [
    {
      name: "random values, clip 0.2",
      property: "½ the larger square",
      inputs: [normals(5, 1, random), normals(5, 1, random), normals(5, 1, random), 0.2],
    },
    { name: "the critic has not moved", property: "½ (V − R)²", inputs: [[1, -1], [1, -1], [2, 0.5], 0.2] },
    {
      name: "moved far, to the return",
      property: "not 0: the clipped value still misses",
      inputs: [[3, -3], [0, 0], [3, -3], 0.5],
    },
    {
      name: "moved far, the wrong way",
      property: "½ (V − R)²: a mistake is punished in full",
      inputs: [[4, -5], [0, 0], [-1, 1], 1],
    },
  ],
  reference: (...inputs) => each(inputs, (error, clipped) => Math.max(error ** 2, clipped ** 2) / 2),
  mistakes: [
    {
      name: "min",
      message: "you have taken the smaller error; the pessimistic one is the larger",
      run: (...inputs) => each(inputs, (error, clipped) => Math.min(error ** 2, clipped ** 2) / 2),
    },
    {
      name: "half-missing",
      message: "the ½ in front is missing",
      run: (...inputs) => each(inputs, (error, clipped) => Math.max(error ** 2, clipped ** 2)),
    },
    {
      name: "unclipped",
      message: "the clip has no effect: this is the plain squared error",
      run: (...inputs) => each(inputs, (error) => error ** 2 / 2),
    },
    {
      name: "only-clipped",
      message: "only the clipped value counts: a critic that moved far the wrong way would have no gradient back",
      run: (...inputs) => each(inputs, (_, clipped) => clipped ** 2 / 2),
    },
    {
      name: "clipped-to-return",
      message: "you have clipped V around the return; it is held near the old value, which is what makes a step small",
      run: (values, _old, returns, valueClip) => values.map((v, i) => clip(v - returns[i], valueClip) ** 2 / 2),
    },
    {
      name: "not-squared",
      message: "the errors are not squared",
      run: (...inputs) => each(inputs, (error, clipped) => Math.max(Math.abs(error), Math.abs(clipped)) / 2),
    },
  ],
  hints: [
    "there are two predictions: V, and V held within ±valueClip of the old value. Which error counts?",
    "near = V_old + clip(V − V_old, −valueClip, valueClip); the loss is ½ max((V − R)², (near − R)²)",
  ],
});
