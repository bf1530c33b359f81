import * as tf from "@tensorflow/tfjs";
import { createModel, type LanguageModel } from "../../kernel-utils/src/model";
import { Random, useBackend } from "../../kernel-utils/src/tensor";
import { Tokenizer } from "../../kernel-utils/src/text";
import {
  accumulateGradients,
  type Example,
  ignoreIndex,
  type Microbatch,
  type PreferenceObjective,
  PreferenceTrainer,
  SftTrainer,
  sftMicrobatch,
  splitEvenly,
} from "../../kernel-utils/src/training";
import { tinyConfig, tinyModel } from "../model/tinyModel";

beforeAll(() => useBackend("wasm"));

const example = (prompt: number[], reply: number[]): Example => ({
  tokens: [...prompt, ...reply],
  labels: [...prompt.map(() => ignoreIndex), ...reply],
});
/** Replies of 1 to 7 tokens, so that token means and sequence means of the parts differ widely. */
const examples = [
  example([1, 4, 7, 5], [2]),
  example([1, 4, 6, 5], [10, 2]),
  example([1, 4], [3, 8, 8, 9, 6, 10, 2]),
  example([1, 4, 7, 8, 9, 5], [8, 9, 2]),
  example([1, 5], [6, 6, 6, 7, 2]),
];
/** Unequal parts: three, one and one. */
const parts = [examples.slice(0, 3), examples.slice(3, 4), examples.slice(4)];

async function gradientsOf(model: LanguageModel, microbatches: Microbatch[]) {
  const { gradients, metrics } = await accumulateGradients(model.parameters, microbatches);
  const values = new Map([...gradients].map(([name, gradient]) => [name, gradient.dataSync().slice()]));
  tf.dispose([...gradients.values()]);
  return { values, metrics };
}

type Gradients = Map<string, Float32Array | Int32Array | Uint8Array>;

/** The largest difference of any element, relative to the largest gradient. */
function distance(a: Gradients, b: Gradients): number {
  let [largest, worst] = [0, 0];
  for (const [name, values] of a) {
    values.forEach((value, i) => {
      largest = Math.max(largest, Math.abs(value));
      worst = Math.max(worst, Math.abs(value - b.get(name)![i]));
    });
  }
  return worst / largest;
}

describe.each(["token", "sequence-mean", "sequence-sum"] as const)("SFT by %s, in unequal parts", (reduction) => {
  it("has the gradient, loss and token count of the whole batch", async () => {
    const model = tinyModel();
    const whole = await gradientsOf(model, [sftMicrobatch(model, examples, reduction)]);
    const accumulated = await gradientsOf(
      model,
      parts.map((part) => sftMicrobatch(model, part, reduction)),
    );
    expect(distance(whole.values, accumulated.values)).toBeLessThan(2e-6);
    expect(accumulated.metrics.loss).toBeCloseTo(whole.metrics.loss, 5);
    expect(accumulated.metrics.tokens).toBe(18); // 1 + 2 + 7 + 3 + 5
    model.dispose();
  });

  it("has another one where every part weighs the same: the fault this weighting is for", async () => {
    const model = tinyModel();
    const whole = await gradientsOf(model, [sftMicrobatch(model, examples, reduction)]);
    const wrong = parts.map((part) => ({ ...sftMicrobatch(model, part, reduction), weight: 1 }));
    expect(distance(whole.values, (await gradientsOf(model, wrong)).values)).toBeGreaterThan(0.02);
    model.dispose();
  });
});

const letters = ["a", "b", "c", "d", "e", "f", "g", "h"];
const tokenizer = Tokenizer.fromWords(letters);
const freshModel = () =>
  createModel(
    tinyConfig({ vocab_size: tokenizer.vocabularySize, hidden_size: 16, intermediate_size: 32, head_dim: 8 }),
    new Random(0),
  );

/** Replies of very different lengths. */
const pairs = letters.slice(1).map((letter, i) => ({
  prompt: letter,
  chosen: `${letter} `.repeat(1 + i),
  rejected: "a ".repeat(7 - i),
}));

const weightsOf = (model: LanguageModel) =>
  new Map([...model.parameters].map(([name, weight]) => [name, weight.dataSync().slice()]));

describe("a DPO step over seven pairs", () => {
  const train = async (accumulationSteps: number, objective?: PreferenceObjective) => {
    const model = freshModel();
    const options = { tokenizer, records: pairs, batchSize: 7, steps: 3, learningRate: 1e-2, beta: 0.5 };
    const run = await new PreferenceTrainer({ ...options, model, accumulationSteps, objective }).run();
    return { weights: weightsOf(model), metrics: run.metrics, config: run.config };
  };

  it.each([2, 3, 7])("in %i parts gives the weights and metrics of the step in one", async (accumulationSteps) => {
    const [whole, accumulated] = [await train(1), await train(accumulationSteps)];
    expect(distance(whole.weights, accumulated.weights)).toBeLessThan(1e-4); // AdamW divides tiny gradients by themselves
    whole.metrics.forEach((metrics, step) => {
      for (const [name, value] of Object.entries(metrics)) {
        expect(accumulated.metrics[step][name]).toBeCloseTo(value, 4);
      }
    });
    expect(accumulated.config).toMatchObject({ accumulationSteps, batchSize: 7 });
  });

  it("lets a part see its own pairs only", async () => {
    const seen: number[] = [];
    await train(3, ({ policyChosenLogps }) => {
      seen.push(policyChosenLogps.shape[0]!);
      return { loss: tf.neg(tf.mean(policyChosenLogps)) as tf.Scalar };
    });
    expect(seen).toEqual([2, 3, 2, 2, 3, 2, 2, 3, 2]);
  });
});

describe("accumulation in a trainer", () => {
  const records = letters.map((letter, i) => ({ prompt: letter, completion: `${letter} `.repeat(1 + i) }));

  it("takes the records of the step in one, and leaves no tensor behind", async () => {
    const train = async (accumulationSteps: number) => {
      const model = freshModel();
      const before = tf.memory().numTensors;
      const options = { tokenizer, records, batchSize: 5, steps: 4 };
      const run = await new SftTrainer({ ...options, model, accumulationSteps }).run();
      expect(tf.memory().numTensors).toBe(before);
      return run.metrics;
    };
    const [whole, accumulated] = [await train(1), await train(4)];
    expect(accumulated.map(({ tokens }) => tokens)).toEqual(whole.map(({ tokens }) => tokens));
    accumulated.forEach(({ loss, grad_norm }, step) => {
      expect(loss).toBeCloseTo(whole[step].loss, 4);
      expect(grad_norm).toBeCloseTo(whole[step].grad_norm, 3);
    });
  });

  it("leaves no tensor behind where a later part throws", async () => {
    const model = freshModel();
    const before = tf.memory().numTensors;
    const good = sftMicrobatch(model, [example([1, 4], [5, 2])]);
    const bad: Microbatch = {
      weight: 1,
      lossOf: () => {
        throw new Error("no such record");
      },
    };
    await expect(accumulateGradients(model.parameters, [good, bad])).rejects.toThrow("no such record");
    expect(tf.memory().numTensors).toBe(before);
  });

  it("refuses more parts than records, and no part at all", async () => {
    const run = (accumulationSteps: number) =>
      new SftTrainer({ model: freshModel(), tokenizer, records, batchSize: 4, accumulationSteps }).run();
    await expect(run(5)).rejects.toThrow(/accumulationSteps is 5, batchSize 4; a part needs at least one record/);
    await expect(run(0)).rejects.toThrow(/accumulationSteps is 0; it must be a positive integer/);
  });

  it("splits evenly and keeps the order", () => {
    expect(splitEvenly([1, 2, 3, 4, 5, 6, 7], 3)).toEqual([
      [1, 2],
      [3, 4, 5],
      [6, 7],
    ]);
    expect(splitEvenly([1, 2], 5)).toEqual([[1], [2]]);
  });
});
