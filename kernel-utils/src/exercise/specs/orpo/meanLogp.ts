import type { Random } from "../../../tensor/random";
import type { Rows } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { kept, mean, sum } from "../shared/plain";
import { meanLogps } from "./odds";

type Inputs = readonly [tokenLogps: Rows, mask: Rows];

const drawn = (name: string, property: string, mask: Rows, random: Random): ExerciseCase<Inputs> => ({
  name,
  property,
  inputs: [mask.map((row) => meanLogps(row.length, random)), mask],
});

export const meanLogp = defineExercise<Inputs>({
  id: "mean-logp",
  answer: "one number per reply, [B],",
  inputs: [
    { name: "tokenLogps", kind: "float32" },
    { name: "mask", kind: "float32" },
  ],
  cases: (random) => [
    drawn(
      "a prompt before and padding behind",
      "only tokens of the reply count",
      [
        [0, 1, 1, 0],
        [0, 0, 1, 1],
      ],
      random,
    ),
    drawn(
      "replies of different lengths",
      "each divided by its own length",
      [
        [1, 1, 1, 1, 1],
        [0, 0, 0, 0, 1],
      ],
      random,
    ),
    drawn("one reply", "B = 1 still gives [1]", [[0, 1, 1]], random),
  ],
  reference: (logps, mask) => logps.map((row, b) => mean(kept(row, mask[b]))),
  mistakes: [
    {
      name: "sum",
      message: "this is the sum over the reply; ORPO's probabilities are means a token, or p would vanish with length",
      run: (logps, mask) => logps.map((row, b) => sum(kept(row, mask[b]))),
    },
    {
      name: "not-masked",
      message: "prompt and padding are not masked",
      run: (logps) => logps.map(mean),
    },
    {
      name: "divided-by-width",
      message: "you divide by the width of the batch, not by how many tokens of each reply count",
      run: (logps, mask) => logps.map((row, b) => sum(kept(row, mask[b])) / row.length),
    },
    {
      name: "over-the-batch",
      message: "this is one mean over all tokens of the batch; each reply has a mean of its own",
      run: (logps, mask) => mean(logps.flatMap((row, b) => kept(row, mask[b]))),
    },
    {
      name: "probability",
      message: "this is e to the mean, a probability; return its logarithm",
      run: (logps, mask) => logps.map((row, b) => Math.exp(mean(kept(row, mask[b])))),
    },
  ],
  hints: [
    "sum over the tokens where the mask is 1, then divide; by what?",
    "(tokenLogps · mask).sum(-1) / mask.sum(-1)",
  ],
});
