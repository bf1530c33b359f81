import { generate } from "../../model";
import { timeEach } from "../clock";
import { generationFlops } from "../flops";
import { type BenchShape, configOf, generation, promptsOf } from "../shapes";
import type { BenchCase } from "./benchCase";
import { benchModel } from "./trainingStep";

/** No token has this id, so that every row makes all its tokens. */
const noEnd = -1;

/** One batch of continuations, prompt included: greedy, or sampled at temperature 1. */
export function generationRun(shape: BenchShape, sampled: boolean): BenchCase {
  const { prompts, promptTokens, newTokens } = generation;
  const options = { maxNewTokens: newTokens, temperature: sampled ? 1 : 0, eosId: noEnd };
  return {
    name: `generate-${sampled ? "sampled-" : ""}${shape.name}`,
    what: `generation ${shape.name}, ${prompts} × ${newTokens} tokens, ${sampled ? "sampled" : "greedy"}`,
    flops: generationFlops(configOf(shape), prompts, promptTokens, newTokens),
    tokens: prompts * newTokens,
    async open() {
      const model = benchModel(shape);
      return {
        time: (repetitions, onBoundary) =>
          timeEach(repetitions, onBoundary, () => generate(model, promptsOf(shape), options)),
        dispose: () => model.dispose(),
      };
    },
  };
}

/** Greedy continuations of a new model, to be compared with another library's. */
export async function greedyTokens(shape: BenchShape): Promise<number[][]> {
  const model = benchModel(shape);
  try {
    const options = { maxNewTokens: generation.newTokens, temperature: 0, eosId: noEnd };
    return (await generate(model, promptsOf(shape), options)).tokens;
  } finally {
    model.dispose();
  }
}
