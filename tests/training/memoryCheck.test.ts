import * as tf from "@tensorflow/tfjs";
import { createModel, createRewardModel, llamaConfig } from "../../kernel-utils/src/model";
import { Random, useBackend } from "../../kernel-utils/src/tensor";
import { peakMemory } from "../../kernel-utils/src/tensor/peakMemory";
import { wasmHeap } from "../../kernel-utils/src/tensor/wasm/install";
import { Tokenizer } from "../../kernel-utils/src/text";
import {
  GroupTrainer,
  OnlineDpoTrainer,
  PpoTrainer,
  PreferenceTrainer,
  SftTrainer,
} from "../../kernel-utils/src/training";
import { worstBatch } from "../../kernel-utils/src/training/memoryCheck";
import { rolloutMemory } from "../../kernel-utils/src/training/rollouts/memory";

jest.setTimeout(60_000);
beforeAll(() => useBackend("wasm"));
afterEach(() => jest.restoreAllMocks());

const tokenizer = Tokenizer.fromWords(["a", "b", "c"]);
const freshModel = () =>
  createModel(
    llamaConfig({ vocab_size: tokenizer.vocabularySize, hidden_size: 64, num_hidden_layers: 4 }),
    new Random(0),
  );
const long = "b ".repeat(400);
const records = Array.from({ length: 512 }, () => ({ prompt: "a", completion: long }));
const pairs = Array.from({ length: 256 }, () => ({ prompt: "a", chosen: long, rejected: `c ${long}` }));

describe("a run whose step would not fit into 4 GiB", () => {
  it("is refused before the first step, with every part and what each way out would need", async () => {
    const model = freshModel();
    const heap = wasmHeap()!.backend.wasm.HEAPU8.length;
    const run = new SftTrainer({ model, tokenizer, records, batchSize: 512 }).run();
    await expect(run).rejects.toThrow(
      /^SftTrainer: a step needs \d+\.\d\d GiB \(weights 0\.00 GiB, gradients .*, moments .*, activations \d+\.\d\d GiB, other tensors .*\), of the wasm heap 3\.60 GiB can be had; take a smaller batchSize, or accumulationSteps: 512 \(0\.\d\d GiB\), checkpointLayers: true \(\d+\.\d\d GiB\), both \(0\.\d\d GiB\), addAdapter \(LoRA\) \(\d+\.\d\d GiB\)$/,
    );
    expect(wasmHeap()!.backend.wasm.HEAPU8.length).toBe(heap); // nothing was allocated to find out
  });

  it("is refused for pairs, whose two replies go through the model together", async () => {
    const run = new PreferenceTrainer({ model: freshModel(), tokenizer, records: pairs, batchSize: 256 }).run();
    await expect(run).rejects.toThrow(/^PreferenceTrainer: a step needs/);
  });

  it("goes through where it is small enough in parts", async () => {
    const options = { tokenizer, records: records.slice(0, 3), batchSize: 3, steps: 1, accumulationSteps: 3 };
    expect((await new SftTrainer({ ...options, model: freshModel() }).run()).metrics).toHaveLength(1);
  });

  it("counts what other tensors hold", async () => {
    const model = freshModel();
    const options = { model, tokenizer, records: records.slice(0, 4), batchSize: 4, steps: 1 };
    jest.spyOn(tf.engine(), "memory").mockReturnValue({ ...tf.memory(), numBytes: 3.8 * 2 ** 30 });
    await expect(new SftTrainer(options).run()).rejects.toThrow(/other tensors 3\.80 GiB/);
  });
});

it("plans for the longest rows a pass can be given", () => {
  const example = (tokens: number, counted: number) => ({
    tokens: new Array<number>(tokens).fill(5),
    labels: Array.from({ length: tokens }, (_, i) => (i < tokens - counted ? -100 : 5)),
  });
  const examples = [example(3, 1), example(10, 4), example(7, 7), example(5, 2)];
  // 10 rounds up to 12; of seven labels the first is never predicted
  expect(worstBatch(examples, 2)).toEqual({ rows: 2, length: 12, tokens: 17, counted: 10 });
});

describe("a run that samples", () => {
  const prompts = Array.from({ length: 64 }, () => "a ".repeat(100));
  const reward = () => 0;
  const options = { tokenizer, prompts, reward, promptsPerUpdate: 64, minibatches: 1, maxNewTokens: 400, updates: 1 };

  it("is refused before the first reply, with four models in PPO's sum", async () => {
    const judged = { reward: createRewardModel(freshModel(), new Random(1)), promptsPerUpdate: 4096 };
    const wide = { ...options, ...judged, prompts: Array.from({ length: 64 }, () => prompts).flat() };
    const heap = wasmHeap()!.backend.wasm.HEAPU8.length;
    const ppo = new PpoTrainer({ ...wide, model: freshModel() }).run();
    await expect(ppo).rejects.toThrow(
      /^PpoTrainer: an update needs \d+\.\d\d GiB \(weights 0\.\d\d GiB, moments .*, gradients .*, activations \d+\.\d\d GiB, other tensors .*\), .*; take fewer promptsPerUpdate, or accumulationSteps: 4096 \(\d+\.\d\d GiB\)$/,
    );
    expect(wasmHeap()!.backend.wasm.HEAPU8.length).toBe(heap); // nothing was allocated to find out
    const grpo = new GroupTrainer({ ...wide, model: freshModel(), samplesPerPrompt: 8 }).run();
    await expect(grpo).rejects.toThrow(/^GroupTrainer: an update needs/);
    const online = new OnlineDpoTrainer({ ...wide, model: freshModel() }).run();
    await expect(online).rejects.toThrow(/^OnlineDpoTrainer: an update needs/);
  });

  it("holds no more than was foreseen, and not far less", async () => {
    const model = freshModel();
    const given = { ...options, promptsPerUpdate: 16, minibatches: 2, epochs: 1, maxNewTokens: 60, model };
    const parts = rolloutMemory(given, { ...given, accumulationSteps: 1 }, { critic: "made" });
    const foreseen = Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
    const heldBefore = tf.memory().numBytes;
    const { peakBytes } = await peakMemory(() => new PpoTrainer(given).run());
    expect(heldBefore + peakBytes).toBeLessThan(foreseen * 1.02);
    expect(heldBefore + peakBytes).toBeGreaterThan(foreseen * 0.5);
  });
});
