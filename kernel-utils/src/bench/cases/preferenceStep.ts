import type { LanguageModel } from "../../model";
import { collatePreferences, type LoopOptions, PreferenceTrainer, scoreExamples } from "../../training";
import { preferenceFlops } from "../flops";
import { type BenchPair, type BenchShape, benchTokenizer, configOf, pairPromptTokens, pairsOf } from "../shapes";
import type { BenchCase } from "./benchCase";
import { preferring, standing, stepTimes } from "./stepTimes";
import { benchModel, lossesOf } from "./trainingStep";

function trainerOf(
  shape: BenchShape,
  model: LanguageModel,
  records: BenchPair[],
  options: LoopOptions,
): PreferenceTrainer {
  const data = { tokenizer: benchTokenizer(shape), records, batchSize: shape.batch };
  return new PreferenceTrainer({ model, ...data, ...options });
}

/** The reference's forward pass over one batch of pairs, read back: what a trainer does that scores as it goes. */
function scoreReference(shape: BenchShape, reference: LanguageModel, records: BenchPair[]) {
  const pairs = records.map((record) => collatePreferences(benchTokenizer(shape), record));
  const examples = [...pairs.map(({ chosen }) => chosen), ...pairs.map(({ rejected }) => rejected)];
  return async () => {
    await scoreExamples(reference, examples, { batchSize: examples.length });
  };
}

/**
 * One DPO step of the library's own trainer on B pairs: 2B rows of T tokens.
 *
 * @param referenceInStep run the reference's forward pass in every step as well. Our trainer scores the reference once
 *   and never needs to; other trainers do so by default.
 */
export function preferenceStep(shape: BenchShape, referenceInStep: boolean): BenchCase {
  const { batch, length } = shape;
  return {
    name: `dpo-${referenceInStep ? "reference-" : ""}${shape.name}`,
    what: `DPO step ${shape.name}, reference ${referenceInStep ? "in the step" : "precomputed"}`,
    flops: preferenceFlops(configOf(shape), batch, length, length - pairPromptTokens, referenceInStep),
    tokens: 2 * batch * length,
    async open() {
      const model = benchModel(shape);
      const records = pairsOf(shape, batch);
      const reference = referenceInStep ? model.clone() : undefined;
      const everyStep = reference && scoreReference(shape, reference, records);
      return {
        time: (repetitions, onBoundary) =>
          stepTimes(
            (steps, run) => trainerOf(shape, model, records, { ...standing, steps }).run(run),
            repetitions,
            onBoundary,
            everyStep,
          ),
        dispose: () => {
          model.dispose();
          reference?.dispose();
        },
      };
    },
  };
}

/** As `trainingLosses`. */
export async function preferenceLosses(shape: BenchShape, steps: number): Promise<number[]> {
  const model = benchModel(shape);
  try {
    return lossesOf(await trainerOf(shape, model, pairsOf(shape, shape.batch), { ...preferring, steps }).run());
  } finally {
    model.dispose();
  }
}
