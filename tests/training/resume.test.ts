/** A run that is cut off anywhere and resumed ends with the bytes of one that never was. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createModel, type LanguageModel } from "../../kernel-utils/src/model";
import { Random } from "../../kernel-utils/src/tensor";
import { Tokenizer } from "../../kernel-utils/src/text";
import { KtoTrainer, PreferenceTrainer, type RunOptions, SftTrainer } from "../../kernel-utils/src/training";
import { tinyConfig } from "../model/tinyModel";
import { useTestBackend } from "../tensor/support";
import { dieAt } from "./dieAt";
import { describeEqualBits, expectSameBytes } from "./resumed";

jest.setTimeout(60_000); // many runs a test, on a machine that may be busy

let scratch: string;
beforeAll(async () => {
  await useTestBackend();
  scratch = mkdtempSync(path.join(tmpdir(), "align-resume-"));
});
afterAll(() => rmSync(scratch, { recursive: true }));
afterEach(() => jest.restoreAllMocks());

const letters = ["a", "b", "c", "d", "e", "f", "g"];
const tokenizer = Tokenizer.fromWords(letters);
const freshModel = (): LanguageModel => {
  const shape = { hidden_size: 16, intermediate_size: 32, head_dim: 8 };
  return createModel(tinyConfig({ vocab_size: tokenizer.vocabularySize, ...shape }), new Random(0));
};
const records = letters.map((letter, i) => ({
  prompt: letter,
  completion: letter,
  chosen: `${letter} ${letter}`,
  rejected: "a",
  label: i % 2 === 0,
}));
const common = { tokenizer, records, batchSize: 3, steps: 20, learningRate: 1e-2, seed: 3 };

const withAdapter = (model: LanguageModel): LanguageModel => {
  model.addAdapter({ rank: 2, dropout: 0.2 }, new Random(1));
  return model;
};
const methods = {
  sft: () => new SftTrainer({ ...common, model: freshModel(), accumulationSteps: 2 }),
  dpo: () => new PreferenceTrainer({ ...common, model: freshModel() }),
  "dpo with LoRA and dropout": () => new PreferenceTrainer({ ...common, model: withAdapter(freshModel()) }),
  kto: () => new KtoTrainer({ ...common, model: freshModel() }),
};
const evaluate: RunOptions["evaluate"] = async ({ step }) => ({ square: step * step });
const every = { checkpointEvery: 5, evaluate, evaluateEvery: 4 };

describeEqualBits.each(Object.keys(methods) as (keyof typeof methods)[])("%s", (method) => {
  it("stopped after any of several steps and resumed ends in the same bytes", async () => {
    const stops = { scratch, name: method, steps: 20, stopAfter: [2, 5, 10, 13], every };
    await expectSameBytes(methods[method], stops);
  });
});

it("killed at every single file operation and resumed ends in the same bytes", async () => {
  const run = (folder: string, resume: boolean) =>
    new SftTrainer({ ...common, steps: 4, batchSize: 2, model: freshModel() }).run({
      folder,
      resume,
      checkpointEvery: 1,
    });
  const bytes = (folder: string) => [
    readFileSync(path.join(folder, "metrics.jsonl"), "utf8"),
    readFileSync(path.join(folder, "checkpoints/step-000004/weights.safetensors")).toString("base64"),
  ];
  const whole = path.join(scratch, "every whole");
  const counter = dieAt(Number.POSITIVE_INFINITY);
  await run(whole, false);
  const operations = counter.count();
  jest.restoreAllMocks();
  expect(operations).toBeGreaterThan(60);
  for (let n = 1; n <= operations; n++) {
    const folder = path.join(scratch, `every ${n}`);
    dieAt(n);
    await run(folder, false).catch(() => undefined);
    jest.restoreAllMocks();
    await run(folder, true);
    expect({ n, bytes: bytes(folder) }).toEqual({ n, bytes: bytes(whole) });
    rmSync(folder, { recursive: true });
  }
}, 120_000);

describe("a run's folder", () => {
  const sft = (options: object = {}) => new SftTrainer({ ...common, steps: 4, model: freshModel(), ...options });

  it("holds config, seed, backend, metrics and the last two checkpoints", async () => {
    const folder = path.join(scratch, "contents");
    const run = await sft().run({ folder, checkpointEvery: 1 });
    const read = (name: string) => JSON.parse(readFileSync(path.join(folder, name), "utf8"));
    expect(read("config.json")).toMatchObject({ steps: 4, batchSize: 3, seed: 3, reduction: "token" });
    expect(read("run.json")).toMatchObject({ seed: 3, backend: run.backend, status: "finished", steps: 4 });
    const lines = readFileSync(path.join(folder, "metrics.jsonl"), "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).metrics)).toEqual(run.metrics);
    expect(readdirSync(path.join(folder, "checkpoints"))).toEqual(["step-000003", "step-000004"]);
  });

  it("is not written over, and resumed only with what it began with", async () => {
    const folder = path.join(scratch, "guarded");
    await sft().run({ folder });
    await expect(sft().run({ folder })).rejects.toThrow(/holds a run already; resume it/);
    const resume = (options: object) => sft(options).run({ folder, resume: true });
    await expect(resume({ steps: 5 })).rejects.toThrow(/config.json: .* was .* and is .* now/);
    await expect(resume({ records: records.slice(1) })).rejects.toThrow(/identity.json: data was/);
    const other = createModel(freshModel().config, new Random(9));
    await expect(resume({ model: other })).rejects.toThrow(/identity.json: initialWeights was/);
    expect((await resume({})).metrics).toHaveLength(4); // nothing left to do
  });

  it("goes back to an older checkpoint where the newest is damaged and deleted, and says so where it is not", async () => {
    const folder = path.join(scratch, "damaged");
    const whole = await sft().run({ folder, checkpointEvery: 1 });
    const newest = path.join(folder, "checkpoints/step-000004");
    cpSync(path.join(folder, "metrics.jsonl"), path.join(newest, "state.json"));
    await expect(sft().run({ folder, resume: true })).rejects.toThrow(
      /state.json: is not JSON.*delete this checkpoint/,
    );
    rmSync(newest, { recursive: true });
    expect((await sft().run({ folder, resume: true })).metrics).toEqual(whole.metrics);
  });

  it("keeps the batch on which the loss was no number, with its text", async () => {
    const folder = path.join(scratch, "not finite");
    const model = freshModel();
    const weight = model.parameters.get("model.norm.weight")!;
    const onStep = ({ step }: { step: number }) => {
      if (step === 2) weight.assign(weight.mul(Number.POSITIVE_INFINITY));
    };
    await expect(sft({ model }).run({ folder, onStep })).rejects.toThrow(
      /at step 3; .*look at the batch in .*bad-batch/,
    );
    const batch = JSON.parse(readFileSync(path.join(folder, "bad-batch.json"), "utf8"));
    expect(batch).toMatchObject({ step: 3, values: { loss: "NaN" } });
    expect(batch.examples).toHaveLength(3);
    for (const { tokens, text } of batch.examples) expect(tokenizer.encode(text)).toEqual(tokens);
    expect(JSON.parse(readFileSync(path.join(folder, "run.json"), "utf8")).status).toBe("stopped");
  });

  it("keeps the reference's log-probs and scores them once", async () => {
    const folder = path.join(scratch, "reference");
    const options = { ...common, steps: 1 };
    const train = async (model: LanguageModel) =>
      (await new PreferenceTrainer({ ...options, model }).run({ referenceFolder: folder })).metrics[0];
    const first = await train(freshModel());
    expect(first["rewards/chosen"]).toBeCloseTo(0, 5);
    const [file] = readdirSync(folder).map((name) => path.join(folder, name));
    // Shift what is kept by a nat: a run that reads it sees rewards of −β, one that scores anew does not.
    const kept = JSON.parse(readFileSync(file, "utf8")) as number[];
    writeFileSync(file, JSON.stringify(kept.map((sum) => sum + 1)));
    expect((await train(freshModel()))["rewards/chosen"]).toBeCloseTo(-0.1, 5);
    const other = await train(createModel(freshModel().config, new Random(9)));
    expect(other["rewards/chosen"]).toBeCloseTo(0, 5);
    expect(readdirSync(folder)).toHaveLength(2);
    writeFileSync(file, "[1, 2");
    expect((await train(freshModel()))["rewards/chosen"]).toBe(first["rewards/chosen"]); // damaged: scored anew
    expect(existsSync(path.join(folder, "config.json"))).toBe(false);
  });
});
