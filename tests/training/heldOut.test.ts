/** Held-out records: measured exactly, with every evaluation, and without a trace in what is learnt. */
import * as tf from "@tensorflow/tfjs";
import { createRewardModel } from "../../kernel-utils/src/model";
import { Random } from "../../kernel-utils/src/tensor";
import {
  collateSft,
  GroupTrainer,
  KtoTrainer,
  PreferenceTrainer,
  Pretrainer,
  RewardTrainer,
  type RunOptions,
  SftTrainer,
  scoreExamples,
  scoreReplies,
  type TrainingRun,
} from "../../kernel-utils/src/training";
import { testBackend, useTestBackend } from "../tensor/support";
import { freshModel, letterReward, letters, tokenizer } from "./rollouts/bandit";

jest.setTimeout(60_000); // several runs a test, on a machine that may be busy

beforeAll(useTestBackend);

const random = new Random("held-out records");
const words = (most: number): string =>
  Array.from({ length: 1 + random.integer(most) }, () => letters[random.integer(letters.length)]).join(" ");
const some = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    prompt: `${letters[i % 4]} ${words(2)}`,
    completion: words(9),
    chosen: words(5),
    rejected: words(5),
    label: random.uniform() < 0.5,
  }));
const records = some(12);
const heldOut = some(70); // more than go through the model at once
const common = { tokenizer, steps: 4, batchSize: 4, learningRate: 1e-2, seed: 3, records };

type Started = { run(options?: RunOptions): Promise<TrainingRun> };
type Make = (model: ReturnType<typeof freshModel>, options: object) => Started;
const makers: Record<string, Make> = {
  sft: (model, options) => new SftTrainer({ ...common, model, ...options }),
  "sft by sequences": (model, options) => new SftTrainer({ ...common, model, reduction: "sequence-mean", ...options }),
  dpo: (model, options) => new PreferenceTrainer({ ...common, model, ...options }),
  simpo: (model, options) => new PreferenceTrainer({ ...common, model, objective: "simpo", ...options }),
  kto: (model, options) => new KtoTrainer({ ...common, model, ...options }),
};
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const logSigmoid = (x: number): number => -Math.log1p(Math.exp(-x));
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** The whole held-out set's measurements in plain numbers, from log-probs that `scoreExamples` gives. */
const expectations: Record<string, (model: ReturnType<typeof freshModel>) => Promise<Record<string, number>>> = {
  sft: async (model) => {
    const scores = await scoreExamples(model, completions());
    const tokens = scores.reduce((total, { count }) => total + count, 0);
    return { loss: -scores.reduce((total, { sum }) => total + sum, 0) / tokens, tokens };
  },
  "sft by sequences": async (model) => {
    const scores = await scoreExamples(model, completions());
    return { loss: -mean(scores.map((score) => score.mean)) };
  },
  dpo: async (model) => {
    const { chosen, rejected } = await pairScores(model);
    const reference = await pairScores(freshModel());
    const h = chosen.map(({ sum }, i) => sum - reference.chosen[i].sum - rejected[i].sum + reference.rejected[i].sum);
    return {
      loss: -mean(h.map((margin) => logSigmoid(0.1 * margin))),
      "rewards/margins": 0.1 * mean(h),
      "rewards/accuracies": mean(h.map((margin) => Number(margin > 0))),
    };
  },
  simpo: async (model) => {
    const { chosen, rejected } = await pairScores(model);
    return { loss: -mean(chosen.map((score, i) => logSigmoid(2 * (score.mean - rejected[i].mean) - 1))) };
  },
  kto: async (model) => {
    const logRatios = async (examples: ReturnType<typeof completions>) => {
      const [policy, reference] = [await scoreExamples(model, examples), await scoreExamples(freshModel(), examples)];
      return policy.map(({ sum }, i) => sum - reference[i].sum);
    };
    const next = (i: number): number => {
      let other = (i + 1) % heldOut.length;
      while (heldOut[other].prompt === heldOut[i].prompt) other = (other + 1) % heldOut.length;
      return other;
    };
    const mismatched = heldOut.map(({ prompt }, i) => collateSft(tokenizer, prompt, heldOut[next(i)].completion));
    const z0 = Math.max(0, mean(await logRatios(mismatched)));
    const ratios = await logRatios(completions());
    const losses = ratios.map((r, i) => 1 - sigmoid(0.1 * (heldOut[i].label ? r - z0 : z0 - r)));
    const desirable = ratios.filter((_, i) => heldOut[i].label);
    return { loss: mean(losses), kl: z0, "rewards/chosen": 0.1 * mean(desirable), "count/chosen": desirable.length };
  },
};
const completions = () => heldOut.map(({ prompt, completion }) => collateSft(tokenizer, prompt, completion));
const pairScores = async (model: ReturnType<typeof freshModel>) => {
  const of = (side: "chosen" | "rejected") =>
    scoreExamples(
      model,
      heldOut.map((record) => collateSft(tokenizer, record.prompt, record[side])),
    );
  return { chosen: await of("chosen"), rejected: await of("rejected") };
};

describe.each(Object.keys(makers))("%s", (name) => {
  it("is measured on the whole held-out set, and learns the same as without", async () => {
    const model = freshModel();
    const before = tf.memory().numTensors;
    const run = await makers[name](model, { heldOut }).run({ evaluateEvery: 2 });
    expect(tf.memory().numTensors).toBe(before);
    expect(run.evaluations.map(({ step }) => step)).toEqual([2, 4]);
    for (const [metric, value] of Object.entries(await expectations[name](model))) {
      expect({ metric, value: run.evaluations[1].metrics[metric] }).toEqual({
        metric,
        value: expect.closeTo(value, 4),
      });
    }
    expect(run.evaluations[1].metrics.loss).not.toBeCloseTo(run.evaluations[0].metrics.loss, 4);
    expect(run.config.heldOut).toBe(70);
    const plain = await makers[name](freshModel(), {}).run();
    expect(plain.evaluations).toEqual([]);
    if (testBackend !== "webgpu") expect(run.metrics).toEqual(plain.metrics);
  });

  it("refuses a held-out record that nothing can be said of, by its number", async () => {
    const long = { ...heldOut[0], completion: "a ".repeat(600), chosen: "a ".repeat(600) };
    const refused = async () => makers[name](freshModel(), { heldOut: [heldOut[1], long] }).run();
    await expect(refused).rejects.toThrow(/^\w+Trainer: heldOut: record 1 has \d+ tokens, the model has 512 positions/);
  });
});

it("pretraining is measured per token of held-out texts", async () => {
  const model = freshModel();
  const texts = heldOut.map(({ completion }) => completion);
  const documents = records.map(({ completion }) => completion);
  const run = await new Pretrainer({ ...common, model, documents, heldOut: texts }).run();
  const examples = texts.map((text) => tokenizer.encodeDocument(text)).map((tokens) => ({ tokens, labels: tokens }));
  const scores = await scoreExamples(model, examples);
  const tokens = scores.reduce((total, { count }) => total + count, 0);
  const loss = -scores.reduce((total, { sum }) => total + sum, 0) / tokens;
  expect(run.evaluations.at(-1)!.metrics).toMatchObject({ tokens, loss: expect.closeTo(loss, 4) });
});

it("a reward model is measured on held-out pairs", async () => {
  const model = createRewardModel(freshModel(), new Random(1));
  const run = await new RewardTrainer({ ...common, model, heldOut }).run();
  const scores = (side: "chosen" | "rejected") => {
    const replies = heldOut.map((record) => ({
      prompt: record.prompt,
      text: record[side],
      promptTokens: tokenizer.encodePrompt(record.prompt),
      tokens: tokenizer.encodeCompletion(record[side]),
    }));
    return scoreReplies("test", model, replies, model.body.config.pad_token_id);
  };
  const [chosen, rejected] = [await scores("chosen"), await scores("rejected")];
  const margins = chosen.map((score, i) => score - rejected[i]);
  expect(run.evaluations.at(-1)!.metrics).toMatchObject({
    loss: expect.closeTo(-mean(margins.map(logSigmoid)), 4),
    accuracy: expect.closeTo(mean(margins.map((margin) => Number(margin > 0))), 5),
    margin: expect.closeTo(mean(margins), 4),
  });
  expect(run.config).not.toHaveProperty("temperature");
  expect(run.config).not.toHaveProperty("maxNewTokens");
});

it("a policy is measured by its replies to held-out prompts, with the same random numbers every time", async () => {
  const sampled = { tokenizer, prompts: letters, reward: letterReward, updates: 4, maxNewTokens: 3, seed: 1 };
  const start = (options: object) => new GroupTrainer({ ...sampled, model: freshModel(), ...options });
  const still = await start({ heldOut: ["a b", "c"], learningRate: 1e-12 }).run({ evaluateEvery: 1 });
  expect(still.evaluations).toHaveLength(4);
  const scores = still.evaluations.map(({ metrics }) => metrics["objective/scores"]);
  expect(new Set(scores).size).toBe(1);
  expect(new Set(still.metrics.map((row) => row["objective/scores"])).size).toBeGreaterThan(1);
  const [measured, plain] = [await start({ heldOut: ["a b"] }).run(), await start({}).run()];
  if (testBackend !== "webgpu") expect(measured.metrics).toEqual(plain.metrics);
  await expect(start({ heldOut: ["a ".repeat(600)] }).run()).rejects.toThrow(/^GroupTrainer: heldOut: prompt 0 has/);
});
