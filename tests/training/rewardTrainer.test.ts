import * as tf from "@tensorflow/tfjs";
import { createRewardModel, type RewardModel } from "../../kernel-utils/src/model";
import { Random, useBackend } from "../../kernel-utils/src/tensor";
import { RewardTrainer, scoreReplies } from "../../kernel-utils/src/training";
import { freshModel, letters, tokenizer } from "./rollouts/bandit";

jest.setTimeout(60_000);
beforeAll(() => useBackend("wasm"));

/** The echo beats every other letter. */
const records = letters.flatMap((prompt) =>
  letters.filter((letter) => letter !== prompt).map((rejected) => ({ prompt, chosen: prompt, rejected, margin: 2 })),
);
const freshReward = () => createRewardModel(freshModel(), new Random(1));
const scoreOf = async (model: RewardModel, prompt: string, text: string): Promise<number> => {
  const tokens = { promptTokens: tokenizer.encodePrompt(prompt), tokens: tokenizer.encodeCompletion(text) };
  return (await scoreReplies("test", model, [{ prompt, text, ...tokens }], 0))[0];
};

it("starts near ln 2 with an unbiased head of zeros, and learns to rank every pair", async () => {
  const model = createRewardModel(freshModel(), new Random(1), { headStd: 0 });
  const run = await new RewardTrainer({ model, tokenizer, records, steps: 150, learningRate: 1e-2 }).run();
  expect(run.metrics[0].loss).toBeCloseTo(Math.LN2, 6);
  expect(run.metrics[0]).toMatchObject({ accuracy: 0, margin: 0 }); // a tie is wrong
  expect(run.metrics.at(-1)).toMatchObject({ accuracy: 1 });
  expect(run.metrics.at(-1)!.margin).toBeGreaterThan(1);
  for (const prompt of letters) {
    const wrong = letters.find((letter) => letter !== prompt)!;
    expect(await scoreOf(model, prompt, prompt)).toBeGreaterThan(await scoreOf(model, prompt, wrong));
  }
  expect(run.config).toMatchObject({ steps: 150, batchSize: 32, centering: 0, useMargins: false, records: 12 });
});

it("asks for the margins it is given: at a tie the loss is log(1 + e^m)", async () => {
  const first = async (options: object) => {
    const model = createRewardModel(freshModel(), new Random(1), { headStd: 0 });
    return (await new RewardTrainer({ model, tokenizer, records, steps: 1, ...options }).run()).metrics[0].loss;
  };
  expect(await first({ useMargins: true })).toBeCloseTo(Math.log(1 + Math.exp(2)), 5);
  const unmarked = records.map(({ margin, ...record }) => record);
  const refused = () => new RewardTrainer({ model: freshReward(), tokenizer, records: unmarked, useMargins: true });
  expect(refused).toThrow(/record 0 has margin undefined; give every record one/);
});

it("centering keeps scores around 0", async () => {
  const drift = async (centering: number) => {
    const model = createRewardModel(freshModel(), new Random(1), { headStd: 1 });
    await new RewardTrainer({ model, tokenizer, records, steps: 100, learningRate: 1e-2, centering }).run();
    let sum = 0;
    for (const { prompt, chosen, rejected } of records) {
      sum += Math.abs((await scoreOf(model, prompt, chosen)) + (await scoreOf(model, prompt, rejected)));
    }
    return sum / records.length;
  };
  expect(await drift(0.1)).toBeLessThan(0.5 * (await drift(0)));
});

it("is the same bit for bit, in parts too up to rounding, and leaks nothing", async () => {
  const train = async (accumulationSteps: number) => {
    const model = freshReward();
    const before = tf.memory().numTensors;
    const run = await new RewardTrainer({ model, tokenizer, records, steps: 4, batchSize: 6, accumulationSteps }).run();
    expect(tf.memory().numTensors).toBe(before);
    return run.metrics;
  };
  const whole = await train(1);
  expect(await train(1)).toEqual(whole);
  (await train(3)).forEach(({ loss }, step) => expect(loss).toBeCloseTo(whole[step].loss, 5));
});
