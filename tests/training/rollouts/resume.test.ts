/** Trainers that sample, and the reward trainer: cut off anywhere and resumed, they end with the bytes of an unbroken run. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { createRewardModel, type LanguageModel } from "../../../kernel-utils/src/model";
import { grpoSettings } from "../../../kernel-utils/src/objectives";
import { Random } from "../../../kernel-utils/src/tensor";
import {
  GroupTrainer,
  OnlineDpoTrainer,
  PpoTrainer,
  ppoPresets,
  RewardTrainer,
  type RunOptions,
} from "../../../kernel-utils/src/training";
import { useTestBackend } from "../../tensor/support";
import { dieAt } from "../dieAt";
import { describeEqualBits, expectSameBytes } from "../resumed";
import { freshModel, letterReward, letters, tokenizer } from "./bandit";

jest.setTimeout(120_000); // many runs a test, on a machine that may be busy

let scratch: string;
beforeAll(async () => {
  await useTestBackend();
  scratch = mkdtempSync(path.join(tmpdir(), "align-resume-rollouts-"));
});
beforeEach(() => {
  jest.spyOn(process.stderr, "write").mockReturnValue(true);
});
// Also after a test that ran out of time: the next ones write files too.
afterEach(() => jest.restoreAllMocks());
afterAll(() => rmSync(scratch, { recursive: true }));

const updates = 8;
const prompts = Array.from({ length: 3 }, () => letters).flat();
const options = { tokenizer, prompts, reward: letterReward, updates, promptsPerUpdate: 5, maxNewTokens: 3, seed: 4 };
const shared = { ...options, learningRate: 1e-2 };
const withAdapter = (model: LanguageModel): LanguageModel => {
  model.addAdapter({ rank: 2 }, new Random(1));
  return model;
};
const rewardModel = () => createRewardModel(freshModel("judge"), new Random("head"));
const pairs = letters.flatMap((prompt) =>
  letters.filter((letter) => letter !== prompt).map((rejected) => ({ prompt, chosen: prompt, rejected })),
);
const steered = { adaptiveKl: { target: 0.01, horizon: 20 }, scoreNormalization: "running", criticRate: 2 } as const;

/** Each from models that are new every time, as after the death of the process. */
const methods: Record<string, () => { run(given?: RunOptions): Promise<{ seconds: number; warnings: string[] }> }> = {
  "PPO with everything that steers it": () => new PpoTrainer({ ...shared, ...steered, model: freshModel() }),
  "PPO, OpenAI's details": () => new PpoTrainer({ ...shared, ...ppoPresets.openaiLineage, model: freshModel() }),
  "PPO, TRL's details, from a reward model": () =>
    new PpoTrainer({ ...shared, ...ppoPresets.trl, reward: rewardModel(), model: freshModel() }),
  "PPO with LoRA and a critic of the caller's": () =>
    new PpoTrainer({ ...shared, critic: rewardModel(), model: withAdapter(freshModel()) }),
  GRPO: () => new GroupTrainer({ ...shared, ...grpoSettings.grpo, epochs: 2, minibatches: 2, model: freshModel() }),
  RLOO: () => new GroupTrainer({ ...shared, method: "rloo", model: freshModel() }),
  "online DPO": () => new OnlineDpoTrainer({ ...shared, model: freshModel() }),
  "reward model": () =>
    new RewardTrainer({
      model: createRewardModel(freshModel(), new Random(1)),
      tokenizer,
      records: pairs,
      steps: updates,
      batchSize: 5,
      seed: 4,
    }),
};
const evaluate: RunOptions["evaluate"] = async ({ step }) => ({ square: step * step });
const every = { checkpointEvery: 2, evaluate, evaluateEvery: 3 };

describeEqualBits.each(Object.keys(methods))("%s", (method) => {
  it("stopped after half of its updates, or between two checkpoints, and resumed ends in the same bytes", async () => {
    const stops = { scratch, name: method, steps: updates, stopAfter: [1, updates / 2, updates / 2 + 1], every };
    await expectSameBytes(methods[method], stops);
  });
});

describeEqualBits("PPO", () => {
  const ppo = ({ model = freshModel(), ...given }: { model?: LanguageModel; [option: string]: unknown } = {}) =>
    new PpoTrainer({ ...shared, updates: 2, model, ...given });

  it("killed at every single file operation and resumed ends in the same bytes", async () => {
    const start = (folder: string, resume: boolean) => ppo().run({ folder, resume, checkpointEvery: 1 });
    const bytes = (folder: string) =>
      ["metrics.jsonl", ...["weights", "moments"].map((name) => `checkpoints/step-000002/${name}.safetensors`)].map(
        (name) => readFileSync(path.join(folder, name)).toString("base64"),
      );
    const whole = path.join(scratch, "every whole");
    const counter = dieAt(Number.POSITIVE_INFINITY);
    await start(whole, false);
    const operations = counter.count();
    jest.restoreAllMocks();
    jest.spyOn(process.stderr, "write").mockReturnValue(true);
    expect(operations).toBeGreaterThan(30);
    for (let n = 1; n <= operations; n++) {
      const folder = path.join(scratch, `every ${n}`);
      dieAt(n);
      await start(folder, false).catch(() => undefined);
      jest.restoreAllMocks();
      jest.spyOn(process.stderr, "write").mockReturnValue(true);
      await start(folder, true);
      expect({ n, bytes: bytes(folder) }).toEqual({ n, bytes: bytes(whole) });
      rmSync(folder, { recursive: true });
    }
  }, 120_000);

  it("needs each thing that a checkpoint holds: without one, it goes on otherwise", async () => {
    const start = (folder: string, more: RunOptions) =>
      new PpoTrainer({ ...shared, ...steered, updates: 4, model: freshModel() }).run({
        folder,
        checkpointEvery: 2,
        ...more,
      });
    const half = path.join(scratch, "half");
    const stop = ({ step }: { step: number }) => {
      if (step === 3) throw new Error("stopped");
    };
    await expect(start(half, { onStep: stop })).rejects.toThrow("stopped");
    const fresh = {
      sampler: { prompts: { random: new Random(9).state(), waiting: [] } },
      normalizer: { count: 0, mean: 0, squares: 0 },
      klCoefficient: 0.05,
    };
    const metrics = async (change: (state: Record<string, never>) => object) => {
      const folder = path.join(scratch, "half, changed");
      cpSync(half, folder, { recursive: true });
      const file = path.join(folder, "checkpoints/step-000002/state.json");
      const state = JSON.parse(readFileSync(file, "utf8"));
      writeFileSync(file, JSON.stringify({ ...state, trainer: change(state.trainer) }));
      const run = await start(folder, { resume: true });
      rmSync(folder, { recursive: true });
      return JSON.stringify(run.metrics);
    };
    const unchanged = await metrics((trainer) => trainer);
    expect(await metrics((trainer) => trainer)).toBe(unchanged);
    for (const name of ["normalizer", "klCoefficient"] as const) {
      expect(await metrics((trainer) => ({ ...trainer, [name]: fresh[name] }))).not.toBe(unchanged);
    }
    for (const stream of ["replies", "minibatches", "prompts"] as const) {
      const other = stream === "prompts" ? fresh.sampler.prompts : new Random(9).state();
      const change = (trainer: { sampler?: object }) => ({
        ...trainer,
        sampler: { ...trainer.sampler, [stream]: other },
      });
      expect({ stream, metrics: await metrics(change) }).not.toEqual({ stream, metrics: unchanged });
    }
  });

  it("is resumed only with the models and prompts it began with", async () => {
    const folder = path.join(scratch, "guarded");
    const judged = (given: object) => ppo({ reward: rewardModel(), critic: rewardModel(), ...given });
    await judged({}).run({ folder });
    const resume = (given: object) => judged(given).run({ folder, resume: true });
    const other = createRewardModel(freshModel("another judge"), new Random("head"));
    await expect(resume({ reward: other })).rejects.toThrow(/identity.json: initialWeights was/);
    await expect(resume({ critic: other })).rejects.toThrow(/identity.json: initialWeights was/);
    await expect(resume({ reference: freshModel("another") })).rejects.toThrow(/identity.json: initialWeights was/);
    await expect(resume({ prompts: letters })).rejects.toThrow(/identity.json: data was/);
    await expect(resume({ clipLow: 0.3 })).rejects.toThrow(/config.json: clipLow was 0.2 and is 0.3 now/);
    expect((await resume({})).metrics).toHaveLength(2); // nothing left to do
  });

  it("stops before a step that is no number and keeps its replies, with text and score", async () => {
    const folder = path.join(scratch, "not finite");
    const critic = rewardModel();
    const run = ppo({ critic, updates: 5 }).run({
      folder,
      onStep: ({ step }) => {
        if (step === 2) critic.score.assign(critic.score.mul(Number.NaN));
      },
    });
    await expect(run).rejects.toThrow(
      /^PpoTrainer: loss is NaN at optimizer step 9; .* of optimizer step 8; .*bad-batch/,
    );
    const batch = JSON.parse(readFileSync(path.join(folder, "bad-batch.json"), "utf8"));
    expect(batch).toMatchObject({ step: 9, values: { loss: "NaN" } });
    expect(batch.examples.length).toBeGreaterThan(1);
    for (const { text, tokens, score, labels } of batch.examples) {
      expect(text).toBe(tokenizer.decode(tokens, { special: true }));
      const reply = tokens.filter((_: number, i: number) => labels[i] !== -100);
      expect(score).toBe(letterReward("", tokenizer.decode(reply)));
    }
    expect(JSON.parse(readFileSync(path.join(folder, "run.json"), "utf8"))).toMatchObject({ status: "stopped" });
  });

  it("leaves config, seed, backend and metrics, and keeps nothing in memory", async () => {
    const folder = path.join(scratch, "contents");
    const model = freshModel();
    const before = tf.memory().numTensors;
    const run = await ppo({ model }).run({ folder, evaluate, evaluateEvery: 1 });
    expect(tf.memory().numTensors).toBe(before);
    const read = (name: string) => JSON.parse(readFileSync(path.join(folder, name), "utf8"));
    expect(read("config.json")).toMatchObject({ updates: 2, klCoefficient: 0.05, reward: "function", prompts: 12 });
    expect(read("run.json")).toMatchObject({ method: "PpoTrainer", seed: 4, backend: run.backend, status: "finished" });
    const lines = readFileSync(path.join(folder, "metrics.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ kind }) => kind === "train").map(({ metrics }) => metrics)).toEqual(run.metrics);
    expect(run.evaluations).toEqual([
      { step: 1, metrics: { square: 1 } },
      { step: 2, metrics: { square: 4 } },
    ]);
    expect(run.table().array("evaluation/square")).toEqual([1, 4]);
  });
});
