import { createModel, type LanguageModel } from "../../model";
import { Random } from "../../tensor";
import { type LoopOptions, Pretrainer, type TrainingRun } from "../../training";
import { trainingFlops } from "../flops";
import { type BenchShape, benchTokenizer, configOf, documentsOf } from "../shapes";
import type { BenchCase } from "./benchCase";
import { learning, standing, stepTimes } from "./stepTimes";

/** A new model of the shape; the same weights wherever it is made. */
export const benchModel = (shape: BenchShape): LanguageModel => createModel(configOf(shape), new Random(0));

function trainerOf(shape: BenchShape, model: LanguageModel, options: LoopOptions): Pretrainer {
  const [tokenizer, documents] = [benchTokenizer(shape), documentsOf(shape, shape.batch)];
  const data = { tokenizer, documents, packTo: shape.length, batchSize: shape.batch };
  return new Pretrainer({ model, ...data, ...options });
}

/** One maximum-likelihood step of the library's own trainer: B full rows of T tokens, every one of which counts. */
export function trainingStep(shape: BenchShape, name = `train-${shape.name}`): BenchCase {
  const { batch, length } = shape;
  return {
    name,
    what: `training step ${shape.name}`,
    flops: trainingFlops(configOf(shape), batch, length),
    tokens: batch * length,
    async open() {
      const model = benchModel(shape);
      return {
        time: (repetitions, onBoundary) =>
          stepTimes((steps, run) => trainerOf(shape, model, { ...standing, steps }).run(run), repetitions, onBoundary),
        dispose: () => model.dispose(),
      };
    },
  };
}

/** Losses of the first steps of a new model, to be compared with another library's on the same weights and rows. */
export async function trainingLosses(shape: BenchShape, steps: number): Promise<number[]> {
  const model = benchModel(shape);
  try {
    return lossesOf(await trainerOf(shape, model, { ...learning, steps }).run());
  } finally {
    model.dispose();
  }
}

export const lossesOf = ({ metrics }: TrainingRun): number[] => metrics.map(({ loss }) => loss);
