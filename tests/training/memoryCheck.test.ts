import * as tf from "@tensorflow/tfjs";
import { createModel, llamaConfig } from "../../kernel-utils/src/model";
import { Random, useBackend } from "../../kernel-utils/src/tensor";
import { wasmHeap } from "../../kernel-utils/src/tensor/wasm/install";
import { Tokenizer } from "../../kernel-utils/src/text";
import { PreferenceTrainer, SftTrainer } from "../../kernel-utils/src/training";
import { worstBatch } from "../../kernel-utils/src/training/memoryCheck";

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
