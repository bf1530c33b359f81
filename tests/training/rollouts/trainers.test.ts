import * as tf from "@tensorflow/tfjs";
import { bootstrapInterval } from "../../../kernel-utils/src/evaluation";
import type { LanguageModel } from "../../../kernel-utils/src/model";
import { grpoSettings } from "../../../kernel-utils/src/objectives";
import { backendReport, Random, useBackend } from "../../../kernel-utils/src/tensor";
import { GroupTrainer, OnlineDpoTrainer, PpoTrainer, type TrainingRun } from "../../../kernel-utils/src/training";
import { formatModel, freshModel, letterReward, letters, tokenizer, weightsOf } from "./bandit";

jest.setTimeout(60_000);
beforeAll(() => useBackend("wasm"));

const prompts = Array.from({ length: 8 }, () => letters).flat();
const shared = { tokenizer, prompts, reward: letterReward, promptsPerUpdate: 16, maxNewTokens: 3, learningRate: 1e-2 };

type Start = (model: LanguageModel, options?: object) => { run: PpoTrainer["run"] };
const trainers: [string, Start][] = [
  ["PPO", (model, options) => new PpoTrainer({ ...shared, model, ...options })],
  ["GRPO", (model, options) => new GroupTrainer({ ...shared, model, ...options })],
  [
    "DAPO",
    (model, options) => new GroupTrainer({ ...shared, ...grpoSettings.dapo, skipEqualGroups: true, model, ...options }),
  ],
  ["Dr. GRPO", (model, options) => new GroupTrainer({ ...shared, ...grpoSettings["dr-grpo"], model, ...options })],
  ["RLOO", (model, options) => new GroupTrainer({ ...shared, method: "rloo", model, ...options })],
  ["online DPO", (model, options) => new OnlineDpoTrainer({ ...shared, model, ...options })],
];

const meanScore = ({ metrics }: TrainingRun, from: number, to?: number): number => {
  const scores = metrics.slice(from, to).map((one) => one["objective/scores"]);
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
};

describe.each(trainers)("%s", (name, start) => {
  it("raises the reward over seeds", async () => {
    const gains: number[] = [];
    for (const seed of [0, 1, 2]) {
      const model = await formatModel(seed);
      const run = await start(model, { seed, updates: 30, promptsPerUpdate: 32, learningRate: 5e-3 }).run();
      gains.push(meanScore(run, -8) - meanScore(run, 0, 4));
      model.dispose();
    }
    expect(bootstrapInterval(gains)[0]).toBeGreaterThan(0.15); // from 1/2, of at most 1
  });

  it("is the same bit for bit with the same seed, another with another, and leaks nothing", async () => {
    const train = async (seed: number) => {
      const model = freshModel();
      const before = tf.memory().numTensors;
      const counts: number[] = [];
      const onStep = () => void counts.push(tf.memory().numTensors);
      const run = await start(model, { seed, updates: 3 }).run({ onStep });
      expect(new Set(counts).size).toBe(1); // flat over updates
      expect(tf.memory().numTensors).toBe(before);
      const result = { weights: weightsOf(model), metrics: run.metrics };
      model.dispose();
      return result;
    };
    const first = await train(1);
    expect(await train(1)).toEqual(first);
    expect((await train(2)).weights).not.toEqual(first.weights);
  });

  it("measures no KL at first, and records what it did, fit for JSON", async () => {
    const run = await start(freshModel(), { updates: 1 }).run();
    expect(run.metrics[0]["objective/kl"]).toBeCloseTo(0, 4);
    expect(JSON.parse(JSON.stringify(run))).toEqual(run);
    expect(run).toMatchObject({
      seed: 0,
      backend: backendReport().identity,
      steps: 1,
      config: { maxNewTokens: 3, temperature: 1 },
    });
  });

  it("trains an adapter alone, with the model beneath it as the reference", async () => {
    const model = await formatModel();
    const before = weightsOf(model);
    const adapter = model.addAdapter({ rank: 4 }, new Random(1));
    const run = await start(model, { updates: 30, promptsPerUpdate: 8, learningRate: 3e-2 }).run();
    expect(weightsOf(model)).toEqual(before);
    expect(run.metrics[0]["objective/kl"]).toBeCloseTo(0, 4);
    expect(run.metrics.at(-1)!["objective/kl"]).toBeGreaterThan(0.05);
    expect(meanScore(run, -5)).toBeGreaterThan(meanScore(run, 0, 3));
    expect(run.config).toMatchObject({ adapter: { parameterCount: adapter.parameterCount } });
  });

  it("copes with replies that never end", async () => {
    const model = freshModel(3);
    const run = await start(model, { updates: 2, maxNewTokens: 1 }).run();
    expect(run.metrics[0]["replies/finished"]).toBeLessThan(0.5);
    expect(run.metrics[0]["replies/length"]).toBe(1);
    expect(Number.isFinite(run.metrics[1].loss)).toBe(true);
  });

  it("refuses no prompts, prompts too long, rewards that are no numbers, and counts below 1", async () => {
    const refused = (options: object) => expect(start(freshModel(), { updates: 1, ...options }).run()).rejects;
    await refused({ prompts: [] }).toThrow(/no prompts/);
    await refused({ prompts: ["a ".repeat(600)] }).toThrow(/prompt 0 has \d+ tokens and 3 new ones, the model 512/);
    await refused({ reward: () => Number.NaN }).toThrow(/the reward of ".*" is NaN/);
    await refused({ updates: 0 }).toThrow(/updates is 0/);
    await refused({ temperature: 0 }).toThrow(/temperature is 0/);
  });

  it("gives the same gradient in two parts as in one", async () => {
    const norms: number[] = [];
    for (const accumulationSteps of [1, 2]) {
      const model = freshModel(5);
      const run = await start(model, { updates: 1, epochs: 1, minibatches: 1, accumulationSteps }).run();
      norms.push(run.metrics[0].grad_norm, run.metrics[0]["grad_norm/critic"] ?? 0, run.metrics[0].loss);
      model.dispose();
    }
    for (let i = 0; i < 3; i++) expect(norms[i]).toBeCloseTo(norms[i + 3], 5);
    expect(norms[0]).toBeGreaterThan(1e-3);
    expect(name).toBeTruthy();
  });
});

describe("the group trainer", () => {
  it("refuses groups of one reply and unknown methods", () => {
    const group = (options: object) => () => new GroupTrainer({ ...shared, model: freshModel(), ...options });
    expect(group({ samplesPerPrompt: 1 })).toThrow(/samplesPerPrompt is 1; a reply alone has no group.*take 2 or more/);
    expect(group({ method: "grop" })).toThrow(/method is "grop"; choose one of grpo, rloo/);
  });

  it("starts with loss 0, ratio 1, nothing clipped", async () => {
    const { metrics } = await new GroupTrainer({ ...shared, model: freshModel(), updates: 1 }).run();
    expect(metrics[0].loss).toBeCloseTo(0, 6);
    expect(metrics[0]["val/ratio"]).toBeCloseTo(1, 5);
    expect(metrics[0]["policy/clipfrac"]).toBe(0);
    expect(metrics[0]["policy/approxkl"]).toBeLessThan(1e-8);
  });

  it("learns nothing from groups of equal rewards", async () => {
    const model = freshModel();
    const before = weightsOf(model);
    const options = { ...shared, model, updates: 2, reward: () => 1 };
    const { metrics } = await new GroupTrainer({ ...options, skipEqualGroups: true }).run();
    expect(metrics[0]).toMatchObject({ "replies/equal_groups": 1, loss: 0, grad_norm: 0 });
    expect(weightsOf(model)).toEqual(before);
    await new GroupTrainer(options).run(); // their advantages are 0: no gradient either
    expect(weightsOf(model)).toEqual(before);
  });
});

it("online DPO starts at ln 2", async () => {
  const { metrics } = await new OnlineDpoTrainer({ ...shared, model: freshModel(), updates: 1 }).run();
  expect(metrics[0].loss).toBeCloseTo(Math.LN2, 5);
  expect(metrics[0]["rewards/margins"]).toBeCloseTo(0, 5);
});

it("online DPO learns from what sampling at another temperature yields, still from ln 2", async () => {
  const { metrics } = await new OnlineDpoTrainer({
    ...shared,
    model: freshModel(),
    updates: 1,
    temperature: 0.7,
  }).run();
  expect(metrics[0].loss).toBeCloseTo(Math.LN2, 5);
});
