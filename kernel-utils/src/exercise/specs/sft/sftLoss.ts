import type { Random } from "../../../tensor/random";
import type { Rows } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { allKept, kept, mean, normals, sum } from "../shared/plain";

type Inputs = readonly [tokenLogps: Rows, mask: Rows];

function drawn(name: string, property: string, mask: Rows, scale: number, random: Random): ExerciseCase<Inputs> {
  const tokenLogps = mask.map((row) => normals(row.length, scale, random).map((value) => -Math.abs(value) - 0.1));
  return { name, property, inputs: [tokenLogps, mask] };
}

const short = [0, 1, 1, 0, 0, 0];
const long = [0, 0, 1, 1, 1, 1];

export const sftLoss = defineExercise<Inputs>({
  id: "sft-loss",
  answer: "one number for the whole batch",
  inputs: [
    { name: "tokenLogps", kind: "float32" },
    { name: "mask", kind: "float32" },
  ],
  cases: (random) => [
    drawn("a short and a long reply", "every reply token weighs the same", [short, long], 2, random),
    drawn("one reply", "positive, in nats per token", [long], 1, random),
    drawn("very unlikely tokens", "grows with −log p", [long, [0, 1, 0, 0, 0, 0], short], 100, random),
  ],
  reference: (tokenLogps, mask) => -mean(allKept(tokenLogps, mask)),
  mistakes: [
    {
      name: "mean-over-all",
      message: "you have divided by all positions; prompt and padding must not count in the number of tokens either",
      run: (tokenLogps, mask) => -sum(allKept(tokenLogps, mask)) / mask.flat().length,
    },
    {
      name: "mask-ignored",
      message: "the mask has no effect: prompt and padding are in the loss",
      run: (tokenLogps) => -mean(tokenLogps.flat()),
    },
    {
      name: "mean-of-means",
      message: "you have averaged each reply and then the replies; here every token weighs the same, not every reply",
      run: (tokenLogps, mask) => -mean(tokenLogps.map((row, b) => mean(kept(row, mask[b])))),
    },
    {
      name: "sum",
      message: "this is the sum over the reply tokens; divide by their number, or the loss grows with the batch",
      run: (tokenLogps, mask) => -sum(allKept(tokenLogps, mask)),
    },
    {
      name: "sign",
      message: "the sign is flipped: minimising this would make the replies less likely",
      run: (tokenLogps, mask) => mean(allKept(tokenLogps, mask)),
    },
  ],
  hints: [
    "the loss is the mean of −log p over the tokens that count: how many are they in the whole batch?",
    "−Σ mask · tokenLogps / Σ mask, both sums over the whole batch",
  ],
});
