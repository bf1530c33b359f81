/** The whole model on each backend against float64: logits, losses, the gradient of every weight, one training step. */
import * as tf from "@tensorflow/tfjs";
import { createModel, type LanguageModel, llamaConfig } from "../../kernel-utils/src/model";
import { dpo, sft } from "../../kernel-utils/src/objectives";
import { Random } from "../../kernel-utils/src/tensor";
import { Tokenizer } from "../../kernel-utils/src/text";
import {
  collatePreferences,
  collateSft,
  completionLogps,
  type Example,
  ignoreIndex,
  PreferenceTrainer,
  padRight,
  SftTrainer,
} from "../../kernel-utils/src/training";
import { type Float64Tolerances, float64Tolerances, onBackends } from "../tensor/support";
import {
  dpo64,
  firstStep64,
  gradients64,
  logits64,
  margin64,
  type Sequence,
  sft64,
  type Weights64,
} from "./referenceLlama";

const tokenizer = Tokenizer.fromWords(["a", "b", "c", "d"]);
/** Two layers, four query heads on two key heads, an odd width inside: nothing comes out by blocks of four. */
const config = llamaConfig({
  vocab_size: tokenizer.vocabularySize,
  hidden_size: 8,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 4,
  intermediate_size: 9,
  initializer_range: 0.4,
});
const newModel = (seed: number): LanguageModel => createModel(config, new Random(seed));

/** Replies of different lengths, so that rows are padded. */
const records = [
  { prompt: "a", completion: "b c", chosen: "b c", rejected: "d" },
  { prompt: "b a", completion: "d", chosen: "d", rejected: "a a c" },
];
const examples = records.map(({ prompt, completion }) => collateSft(tokenizer, prompt, completion));
const pairs = records.map((record) => collatePreferences(tokenizer, record));
const sequence = ({ tokens, labels }: Example): Sequence => ({
  tokens: [...tokens],
  counts: [...labels].map((label) => label !== ignoreIndex),
});
const sequencePairs = pairs.map(({ chosen, rejected }) => ({ chosen: sequence(chosen), rejected: sequence(rejected) }));
const [beta, learningRate, epsilon] = [0.5, 0.01, 1e-3]; // with this ε a weight's first step is smooth in its gradient

const weightsOf = (model: LanguageModel): Weights64 =>
  new Map([...model.parameters].map(([name, weight]) => [name, Float64Array.from(weight.dataSync())]));

// The truth, computed once: the weights are float32 numbers, so they are exact in float64.
let policy: Weights64;
let reference: Weights64;
let referenceMargins: number[] | undefined;
const losses = {
  SFT: (weights: Weights64) => sft64(config, weights, examples.map(sequence)),
  DPO: (weights: Weights64) => {
    referenceMargins ??= sequencePairs.map((pair) => margin64(config, reference, pair));
    const measured = sequencePairs.map((pair, i) => ({ ...pair, referenceMargin: referenceMargins![i] }));
    return dpo64(config, weights, measured, beta);
  },
};
const truths = new Map<string, { loss: number; gradients: Weights64 }>();
function truth(kind: keyof typeof losses) {
  const known = truths.get(kind) ?? { loss: losses[kind](policy), gradients: gradients64(losses[kind], policy) };
  truths.set(kind, known);
  return known;
}

/** The loss as the trainers compute it, on the current backend. */
const lossOn: Record<keyof typeof losses, (model: LanguageModel, other: LanguageModel) => tf.Scalar> = {
  SFT: (model) => {
    const { perToken, mask } = completionLogps(model, padRight(examples, config.pad_token_id));
    return sft(perToken, mask).loss;
  },
  DPO: (model, other) => {
    const sums = (of: LanguageModel, side: "chosen" | "rejected") =>
      completionLogps(of, padRight(pairs.map((pair) => pair[side]), config.pad_token_id)).sum; // biome-ignore format: one line a thought
    const logps = {
      policyChosenLogps: sums(model, "chosen"),
      policyRejectedLogps: sums(model, "rejected"),
      referenceChosenLogps: sums(other, "chosen"),
      referenceRejectedLogps: sums(other, "rejected"),
    };
    return dpo(logps, { beta }).loss;
  },
};

/** Largest difference, as a share of the expected values' largest. */
function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  const size = Math.max(...Array.from(expected, Math.abs));
  const error = Math.max(...Array.from(expected, (value, i) => Math.abs(actual[i] - value)));
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error / size;
}

onBackends(["wasm", "cpu"], (name) => {
  let tolerance: Float64Tolerances;
  let model: LanguageModel;
  let other: LanguageModel;
  beforeAll(() => {
    tolerance = float64Tolerances();
    // The WebGPU backend computes small tensors on the processor; here its shaders are what is tested.
    if (name === "webgpu") tf.env().set("WEBGPU_CPU_FORWARD", false);
  });
  beforeEach(() => {
    [model, other] = [newModel(1), newModel(2)];
    [policy, reference] = [weightsOf(model), weightsOf(other)];
  });
  afterEach(() => {
    model.dispose();
    other.dispose();
  });

  it("gives the logits of a sequence", () => {
    const tokens = [1, 4, 7, 6, 5, 8, 2];
    const logits = tf.tidy(() => model.forward(tf.tensor2d([tokens], undefined, "int32")).dataSync());
    expect(distance(logits, logits64(config, policy, tokens).flat())).toBeLessThan(tolerance.logits);
  });

  it.each(["SFT", "DPO"] as const)(
    "gives the %s loss and its gradient by every weight",
    (kind) => {
      const { loss, gradients } = truth(kind);
      const { value, grads } = tf.variableGrads(() => lossOn[kind](model, other), [...model.parameters.values()]);
      expect(Math.abs(value.dataSync()[0] / loss - 1)).toBeLessThan(tolerance.loss);
      for (const [parameter, variable] of model.parameters) {
        const error = distance(grads[variable.name].dataSync(), gradients.get(parameter)!);
        if (!(error < tolerance.gradient)) throw new Error(`${parameter}: gradient off by ${error.toExponential(1)}`);
      }
      tf.dispose([value, grads]);
    },
    120_000,
  );

  it.each(["SFT", "DPO"] as const)(
    "takes one %s training step",
    async (kind) => {
      const common = { model, tokenizer, records, steps: 1, batchSize: records.length, learningRate, epsilon };
      const trainer =
        kind === "SFT" ? new SftTrainer(common) : new PreferenceTrainer({ ...common, reference: other, beta });
      const { metrics } = await trainer.run();
      const { loss, gradients } = truth(kind);
      expect(Math.abs(metrics[0].loss / loss - 1)).toBeLessThan(tolerance.loss);
      const expected = firstStep64(policy, gradients, metrics[0].learning_rate, epsilon);
      for (const [parameter, variable] of model.parameters) {
        const before = policy.get(parameter)!;
        const change = (after: ArrayLike<number>) => Array.from(before, (value, i) => after[i] - value);
        const error = distance(change(variable.dataSync()), change(expected.get(parameter)!));
        if (!(error < tolerance.step)) throw new Error(`${parameter}: the step is off by ${error.toExponential(1)}`);
      }
    },
    120_000,
  );
});
