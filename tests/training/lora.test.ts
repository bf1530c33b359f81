import * as tf from "@tensorflow/tfjs";
import { createModel, generateReplies, type LanguageModel } from "../../kernel-utils/src/model";
import { Random, useBackend } from "../../kernel-utils/src/tensor";
import { Tokenizer } from "../../kernel-utils/src/text";
import { PreferenceTrainer, SftTrainer, scoreExamples } from "../../kernel-utils/src/training";
import { collatePreferences } from "../../kernel-utils/src/training/preferenceTrainer";
import { tinyConfig } from "../model/tinyModel";

beforeAll(() => useBackend("wasm"));

const letters = ["a", "b", "c", "d", "e", "f", "g", "h"];
const tokenizer = Tokenizer.fromWords(letters);
const echo = letters.map((letter) => ({ prompt: letter, completion: `${letter} ${letter}` }));
const pairs = letters.slice(1).map((letter) => ({ prompt: letter, chosen: `${letter} ${letter}`, rejected: "a" }));
const freshModel = () =>
  createModel(
    tinyConfig({
      vocab_size: tokenizer.vocabularySize,
      hidden_size: 24,
      intermediate_size: 48,
      head_dim: 8,
      num_hidden_layers: 2,
    }),
    new Random(0),
  );
const weightsOf = (model: LanguageModel) => [...model.parameters.values()].map((weight) => [...weight.dataSync()]);

it("SFT teaches a rule through the adapter alone; the weights stay as they were", async () => {
  const model = freshModel();
  const before = weightsOf(model);
  const adapter = model.addAdapter({ rank: 4, alpha: 8 }, new Random(1));
  const tensors = tf.memory().numTensors;
  const counts: number[] = [];
  const onStep = () => void counts.push(tf.memory().numTensors);
  const options = { tokenizer, records: echo, steps: 150, learningRate: 2e-2 };
  const run = await new SftTrainer({ ...options, model }).run({ onStep });
  expect(run.metrics[0].loss).toBeGreaterThan(2);
  expect(run.metrics.at(-1)!.loss).toBeLessThan(0.1);
  expect(weightsOf(model)).toEqual(before);
  expect(new Set(counts)).toEqual(new Set([tensors + 2 * adapter.parameters.size])); // AdamW's moments: the adapter's only
  expect(run.config).toMatchObject({ adapter: { rank: 4, alpha: 8, parameterCount: adapter.parameterCount } });

  const adaptedReplies = await generateReplies(model, tokenizer, letters, { temperature: 0 });
  expect(adaptedReplies.map(({ text }) => text)).toEqual(echo.map(({ completion }) => completion));
  const baseReplies = await generateReplies(model.base, tokenizer, letters, { temperature: 0 });
  expect(baseReplies.map(({ text }) => text)).not.toEqual(echo.map(({ completion }) => completion));
  model.mergeAdapter();
  const merged = await generateReplies(model, tokenizer, letters, { temperature: 0 });
  expect(merged.map(({ text }) => text)).toEqual(adaptedReplies.map(({ text }) => text));
});

it("DPO measures from the model without its adapter, even where the adapter has learnt something before", async () => {
  const model = freshModel();
  model.addAdapter({ rank: 4 }, new Random(1));
  await new SftTrainer({ model, tokenizer, records: echo, steps: 5, learningRate: 1e-2 }).run();
  const baseScores = await scoreExamples(
    model.base,
    pairs.map((pair) => collatePreferences(tokenizer, pair).chosen),
  );
  const baseMean = baseScores.reduce((sum, score) => sum + score.sum, 0) / pairs.length;
  const options = { tokenizer, records: pairs, beta: 0.3, batchSize: pairs.length };
  const [first] = (await new PreferenceTrainer({ ...options, model, steps: 1 }).run()).metrics;
  expect(first["rewards/chosen"]).toBeCloseTo(0.3 * (first["logps/chosen"] - baseMean), 4);
  expect(Math.abs(first["rewards/chosen"])).toBeGreaterThan(0.01);
});

it("DPO through an adapter starts at ln 2 and wins every pair", async () => {
  const model = freshModel();
  const before = weightsOf(model);
  model.addAdapter({ rank: 4 }, new Random(1));
  const options = { tokenizer, records: pairs, steps: 60, learningRate: 1e-2, beta: 0.3 };
  const { metrics } = await new PreferenceTrainer({ ...options, model }).run();
  expect(metrics[0].loss).toBeCloseTo(Math.LN2, 6);
  expect(metrics.at(-1)!["rewards/accuracies"]).toBe(1);
  expect(metrics.at(-1)!.loss).toBeLessThan(0.3);
  expect(weightsOf(model)).toEqual(before);
});

it("trains with dropout the same bit for bit with the same seed, and otherwise without", async () => {
  const train = async (dropout: number, seed = 0) => {
    const model = freshModel();
    model.addAdapter({ rank: 2, dropout }, new Random(1));
    return (await new SftTrainer({ model, tokenizer, records: echo, steps: 4, seed }).run()).metrics;
  };
  const dropped = await train(0.3);
  expect(await train(0.3)).toEqual(dropped);
  expect(await train(0)).not.toEqual(dropped);
});
