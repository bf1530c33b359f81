import * as tf from "@tensorflow/tfjs";
import { createRewardModel } from "../../../kernel-utils/src/model";
import { Random, useBackend } from "../../../kernel-utils/src/tensor";
import { PpoTrainer, type PpoTrainerOptions, ppoPresets } from "../../../kernel-utils/src/training";
import { type ExperienceOptions, makeExperience } from "../../../kernel-utils/src/training/ppoExperience";
import { ppoDefaults } from "../../../kernel-utils/src/training/ppoOptions";
import type { Episode } from "../../../kernel-utils/src/training/rollouts/collect";
import { checkFirstRatio } from "../../../kernel-utils/src/training/rollouts/firstRatio";
import { ScoreNormalizer } from "../../../kernel-utils/src/training/rollouts/scoreNormalizer";
import { freshModel, letterReward, letters, tokenizer, weightsOf } from "./bandit";

jest.setTimeout(60_000);
beforeAll(() => useBackend("wasm"));

const prompts = Array.from({ length: 4 }, () => letters).flat();
const trainer = (options: Partial<PpoTrainerOptions> = {}) =>
  new PpoTrainer({
    model: freshModel(),
    tokenizer,
    prompts,
    reward: letterReward,
    promptsPerUpdate: 16,
    maxNewTokens: 3,
    updates: 1,
    learningRate: 3e-3,
    ...options,
  });

it("at the first minibatch every ratio is 1, nothing is clipped, and the KL to itself is 0", async () => {
  const { metrics } = await trainer({ epochs: 1, minibatches: 1 }).run();
  expect(metrics[0]["val/ratio"]).toBeCloseTo(1, 5);
  expect(metrics[0]["policy/clipfrac"]).toBe(0);
  expect(metrics[0]["policy/approxkl"]).toBeLessThan(1e-8);
  expect(metrics[0]["objective/kl"]).toBeCloseTo(0, 5);
});

it.each([
  [{ "val/ratio": 1.01, "policy/approxkl": 0, "policy/clipfrac": 0 }, /val\/ratio is 1.01/],
  [{ "val/ratio": 1, "policy/approxkl": 1e-4, "policy/clipfrac": 0 }, /policy\/approxkl is 0.0001/],
  [{ "val/ratio": Number.NaN, "policy/approxkl": 0, "policy/clipfrac": 0 }, /val\/ratio is NaN/],
])("stops where that does not hold: %p", (metrics, message) => {
  expect(() => checkFirstRatio("PpoTrainer", metrics)).toThrow(message);
});

it("notices a policy that changed between rollout and learning", async () => {
  const model = freshModel();
  const embedding = model.parameters.get("model.embed_tokens.weight")!;
  const meddlingReward = (prompt: unknown, reply: string) => {
    embedding.assign(tf.tidy(() => tf.mul(embedding, 1.05)));
    return letterReward(prompt, reply);
  };
  await expect(trainer({ model, reward: meddlingReward }).run()).rejects.toThrow(/at a round's first minibatch, not/);
});

describe("presets", () => {
  it("OpenAI's lineage runs, adapts its KL coefficient, and is recorded", async () => {
    const run = await trainer({ ...ppoPresets.openaiLineage, updates: 3 }).run();
    expect(run.metrics[0]["objective/kl_coef"]).toBe(0.15);
    // KL near 0 is below the target: e = −0.2, so β shrinks by 0.2 · 16 / 10 000 an update
    expect(run.metrics[1]["objective/kl_coef"]).toBeCloseTo(0.15 * (1 - (0.2 * 16) / 10_000), 8);
    expect(run.config).toMatchObject({ ddof: 0, whitenAdvantages: "minibatch", missingEos: "replace", epsilon: 1e-5 });
  });

  it("TRL's runs from a reward model, which its critic starts from", async () => {
    const reward = createRewardModel(freshModel(), new Random(2));
    const before = [...reward.score.dataSync()];
    const run = await trainer({ ...ppoPresets.trl, reward, updates: 2 }).run();
    expect(run.config).toMatchObject({ scorePosition: "after-eos", reward: "reward model" });
    expect([...reward.score.dataSync()]).toEqual(before); // the critic is a copy
    expect(Number.isFinite(run.metrics[1].loss)).toBe(true);
  });

  it("TRL's critic cannot start from a function", async () => {
    await expect(trainer(ppoPresets.trl).run()).rejects.toThrow(
      /criticStart is "reward-model" but the reward is a function/,
    );
  });
});

it("trains the critic it is given, and the policy alone where that is asked by rate 0", async () => {
  const [model, critic] = [freshModel(), createRewardModel(freshModel(), new Random(2), { headStd: 0 })];
  await trainer({ model, critic, criticRate: 0 }).run();
  expect(Math.max(...critic.score.dataSync())).toBe(0);
  await trainer({ model, critic }).run();
  expect(Math.max(...critic.score.dataSync().map(Math.abs))).toBeGreaterThan(0);
});

it("refuses unknown names", () => {
  const wrong = (options: object) => () => trainer(options as Partial<PpoTrainerOptions>);
  expect(wrong({ whitenAdvantages: "bach" })).toThrow(
    /whitenAdvantages is "bach"; choose one of batch, minibatch, none/,
  );
  expect(wrong({ criticStart: "policy" })).toThrow(/criticStart is "policy"/);
  expect(wrong({ oldLogps: "old" })).toThrow(/oldLogps is "old"/);
});

it("leaves the weights alone when advantages are all zero", async () => {
  const model = freshModel();
  const before = weightsOf(model);
  // A constant reward, no KL penalty, λ 0 and values of 0: only the last token has an advantage; without any reward, none.
  await trainer({ model, reward: () => 0, klCoefficient: 0, whitenAdvantages: "none" }).run();
  expect(weightsOf(model)).toEqual(before);
});

describe("the experience of a round, by hand", () => {
  /** Two replies: two tokens and the end; one token that the limit cut off. */
  const episodes: Episode[] = [
    { tokens: [5, 6, 2], logps: [-1, -2, -0.5], referenceLogps: [-1.5, -2, -1], finished: true, score: 1 },
    { tokens: [7], logps: [-1], referenceLogps: [-2], finished: false, score: 3 },
  ].map((row) => ({ ...row, prompt: "a", text: "", promptTokens: tokenizer.encodePrompt("a") }));
  const critic = createZeroCritic();
  function createZeroCritic() {
    return () => createRewardModel(freshModel(), new Random(1), { headStd: 0 });
  }
  const make = (options: Partial<ExperienceOptions>) =>
    makeExperience(
      episodes,
      episodes.map(({ score }) => score),
      { model: freshModel(), critic: critic() },
      {
        ...ppoDefaults,
        temperature: 1,
        maxNewTokens: 5,
        klCoefficient: 0.1,
        lambda: 1,
        whitenAdvantages: "none",
        ...options,
      },
    );
  const close = (rows: number[][], expected: number[][]) => {
    expect(rows.map((row) => row.length)).toEqual(expected.map((row) => row.length));
    rows.forEach((row, i) => row.forEach((value, t) => expect(value).toBeCloseTo(expected[i][t], 5)));
  };

  it("with the score at EOS, V = 0, γ = λ = 1: advantages are the rewards still to come", async () => {
    const { experience } = await make({});
    // rewards −0.05, 0, −0.05 + 1; and −0.1 + 3
    close(
      experience.map(({ advantages }) => advantages),
      [[0.9, 0.95, 0.95], [2.9]],
    );
    close(
      experience.map(({ returns }) => returns),
      [[0.9, 0.95, 0.95], [2.9]],
    );
  });

  it("with the score after EOS the critic has one position more, the policy does not", async () => {
    const { experience } = await make({ scorePosition: "after-eos" });
    close(
      experience.map(({ advantages }) => advantages),
      [[0.9, 0.95, 0.95], [2.9]],
    );
    close(
      experience.map(({ returns }) => returns),
      [
        [0.9, 0.95, 0.95, 1],
        [2.9, 3],
      ],
    );
    const { experience: full } = await make({ scorePosition: "after-eos", maxNewTokens: 3 });
    expect(full[0].returns).toHaveLength(3); // no room after a reply that fills the row
  });

  it("a reply without EOS loses the penalty, or its score", async () => {
    const subtract = await make({ missingEos: "subtract" });
    close(
      subtract.experience.map(({ advantages }) => advantages),
      [[0.9, 0.95, 0.95], [1.9]],
    );
    const replace = await make({ missingEos: "replace" });
    close(
      replace.experience.map(({ advantages }) => advantages),
      [[0.9, 0.95, 0.95], [-1.1]],
    );
  });

  it("λ = 0 leaves each token its own reward", async () => {
    const { experience } = await make({ lambda: 0 });
    close(
      experience.map(({ advantages }) => advantages),
      [[-0.05, 0, 0.95], [2.9]],
    );
  });

  it("whitens over the policy's tokens with the ddof that is asked for", async () => {
    const raw = [0.9, 0.95, 0.95, 2.9];
    const mean = raw.reduce((sum, value) => sum + value, 0) / 4;
    for (const [ddof, divisor] of [
      [0, 4],
      [1, 3],
    ] as const) {
      const deviation = Math.sqrt(raw.reduce((sum, value) => sum + (value - mean) ** 2, 0) / divisor);
      for (const scorePosition of ["eos", "after-eos"] as const) {
        const { experience } = await make({ whitenAdvantages: "batch", ddof, scorePosition });
        const flat = experience.flatMap(({ advantages }) => advantages);
        flat.forEach((value, t) => expect(value).toBeCloseTo((raw[t] - mean) / deviation, 4));
      }
    }
  });
});

describe("scores normalised", () => {
  it("once, by the first round's mean and deviation", () => {
    const normalizer = new ScoreNormalizer("test", "initial");
    expect(normalizer.apply([1, 3])).toEqual([-1 / Math.SQRT2, 1 / Math.SQRT2]); // deviation √2, ddof 1
    expect(normalizer.apply([5])[0]).toBeCloseTo(3 / Math.SQRT2, 12);
  });

  it("by all scores so far, then clipped", () => {
    const normalizer = new ScoreNormalizer("test", "running", 0.5);
    expect(normalizer.apply([1, 3])).toEqual([-0.5, 0.5]);
    expect(normalizer.apply([2])).toEqual([0]);
    expect(new ScoreNormalizer("test", "none", 2).apply([1, -7])).toEqual([1, -2]);
  });
});
