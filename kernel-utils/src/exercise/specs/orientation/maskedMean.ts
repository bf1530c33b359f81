import type { Random } from "../../../tensor/random";
import type { Rows } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { allKept, kept, mean, normals, sum } from "../shared/plain";

type Inputs = readonly [values: Rows, mask: Rows];

function drawn(name: string, property: string, mask: Rows, scale: number, random: Random): ExerciseCase<Inputs> {
  const values = mask.map((row) => normals(row.length, scale, random).map((value) => value + scale));
  return { name, property, inputs: [values, mask] };
}

const ragged = [
  [1, 1, 0, 0, 0],
  [1, 1, 1, 1, 0],
];

export const maskedMean = defineExercise<Inputs>({
  id: "masked-mean",
  answer: "one number for the whole batch",
  inputs: [
    { name: "values", kind: "float32" },
    { name: "mask", kind: "float32" },
  ],
  cases: (random) => [
    drawn("rows of different length", "every counted entry weighs the same", ragged, 1, random),
    drawn("gaps in the middle", "only entries with mask 1 count", [[0, 1, 0, 1]], 1, random),
    drawn(
      "nothing masked",
      "the plain mean",
      [
        [1, 1],
        [1, 1],
        [1, 1],
      ],
      1,
      random,
    ),
    drawn(
      "large masked entries",
      "what is masked does not matter",
      [
        [1, 0, 0],
        [1, 1, 0],
      ],
      1e4,
      random,
    ),
  ],
  reference: (values, mask) => mean(allKept(values, mask)),
  mistakes: [
    {
      name: "divides-by-all",
      message: "you have divided by the number of all entries; divide by how many the mask lets through",
      run: (values, mask) => sum(allKept(values, mask)) / values.flat().length,
    },
    {
      name: "ignores-mask",
      message: "you have averaged everything; the mask has no effect",
      run: (values) => mean(values.flat()),
    },
    {
      name: "sum",
      message: "this is the sum of the counted entries; it still has to be divided by their number",
      run: (values, mask) => sum(allKept(values, mask)),
    },
    {
      name: "mean-of-means",
      message:
        "you have averaged each row and then the rows: a token of a short row weighs more than one of a long row",
      run: (values, mask) => mean(values.map((row, b) => mean(kept(row, mask[b])))),
    },
    {
      name: "mask-inverted",
      message: "you have kept what the mask drops: 1 means that an entry counts",
      run: (values, mask) => {
        const inverted = mask.map((row) => row.map((entry) => 1 - entry));
        return sum(allKept(values, inverted)) / Math.max(1, sum(inverted.flat()));
      },
    },
  ],
  hints: [
    "how many entries does the mask let through?",
    "multiply by the mask, add everything up, and divide by the sum of the mask",
  ],
});
