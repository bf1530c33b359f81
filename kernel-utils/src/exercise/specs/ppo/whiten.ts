import type { Row } from "../../numbers";
import { defineExercise } from "../../spec";
import { mean, normals, sum } from "../shared/plain";

type Inputs = readonly [values: Row];

const varianceOf = (values: Row, ddof: number): number =>
  sum(values.map((x) => (x - mean(values)) ** 2)) / (values.length - ddof);
const scaled = (values: Row, by: number): number[] => values.map((x) => (x - mean(values)) / by);
const deviation = (values: Row): number => Math.sqrt(varianceOf(values, 1) + 1e-8);

export const whiten = defineExercise<Inputs>({
  id: "whiten",
  answer: "as many numbers as came in, [N],",
  inputs: [{ name: "values", kind: "float32" }],
  cases: (random) => [
    {
      name: "six random numbers",
      property: "mean 0, variance 1 (unbiased)",
      inputs: [normals(6, 3, random).map((x) => x + 2)],
    },
    { name: "two numbers", property: "±1/√2", inputs: [[3, 7]] },
    { name: "tiny advantages", property: "as large as any others", inputs: [normals(5, 0.01, random)] },
    { name: "all equal", property: "0, not NaN", inputs: [[2, 2, 2]] },
  ],
  reference: (values) => scaled(values, deviation(values)),
  mistakes: [
    {
      name: "population",
      message: "you have divided by n in the variance; here it is n − 1, as in TRL (OpenAI's code has n)",
      run: (values) => scaled(values, Math.sqrt(varianceOf(values, 0) + 1e-8)),
    },
    {
      name: "variance",
      message: "the root is missing: divide by the standard deviation, not by the variance",
      run: (values) => scaled(values, varianceOf(values, 1) + 1e-8),
    },
    {
      name: "not-shifted",
      message: "the mean is not subtracted; that is how rewards are whitened, not advantages",
      run: (values) => values.map((x) => x / deviation(values)),
    },
    {
      name: "not-scaled",
      message: "the mean is gone but the scale is not: divide by the standard deviation",
      run: (values) => scaled(values, 1),
    },
    {
      name: "floor-missing",
      message: "equal values divide 0 by 0: put a floor of 1e-8 under the variance",
      run: (values) => scaled(values, Math.sqrt(varianceOf(values, 1))),
    },
  ],
  hints: [
    "subtract the mean first; what is the spread of what is left?",
    "variance = Σ (x − mean)² / (n − 1); divide by √(variance + 1e-8)",
  ],
});
