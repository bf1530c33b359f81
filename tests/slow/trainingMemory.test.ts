/** What long training may not do: grow. And the memory plan at the larger of the two measured shapes. */

import * as tf from "@tensorflow/tfjs";
import { createModel, llamaConfig, peakMemory, Random, SftTrainer, Tokenizer, useBackend } from "kernel-utils";
import { wasmHeap } from "../../kernel-utils/src/tensor/wasm/install";
import { type Case, M, measuredPeak, plannedPeak } from "../model/plannedSteps";

beforeAll(() => useBackend("wasm"));

const letters = ["a", "b", "c", "d", "e", "f", "g", "h"];
const tokenizer = Tokenizer.fromWords(letters);
/** Replies of many lengths, so that shapes change from step to step. */
const records = letters.flatMap((prompt) =>
  letters.map((letter, i) => ({ prompt, completion: `${letter} `.repeat(1 + i) })),
);

it.each([
  ["all weights", {}, false],
  ["in parts, with recomputed layers and an adapter", { accumulationSteps: 2, checkpointLayers: true }, true],
])(
  "1,000 steps hold no more tensors, bytes or heap at the end than at the start: %s",
  async (_, options, adapter) => {
    const shape = { vocab_size: tokenizer.vocabularySize, hidden_size: 32, num_hidden_layers: 2 };
    const model = createModel(llamaConfig(shape), new Random(0));
    if (adapter) model.addAdapter({ rank: 4, dropout: 0.1 }, new Random(1));
    const states: { tensors: number; buffers: number; bytes: number; heap: number }[] = [];
    const onStep = () => {
      const { numTensors: tensors, numDataBuffers: buffers, numBytes: bytes } = tf.memory();
      states.push({ tensors, buffers, bytes, heap: wasmHeap()!.backend.wasm.HEAPU8.length });
    };
    const before = tf.memory().numTensors;
    const settings = { model, tokenizer, records, steps: 1000, batchSize: 8, learningRate: 1e-3, ...options };
    const { result, leftBytes } = await peakMemory(() => new SftTrainer(settings).run({ onStep }));
    expect(states).toHaveLength(1000);
    // the first hundred steps meet every shape; from then on nothing may change at all
    for (const state of states.slice(100)) expect(state).toEqual(states[99]);
    expect(tf.memory().numTensors).toBe(before);
    expect(leftBytes).toBe(0);
    expect(result.metrics[999].loss).toBeLessThan(result.metrics[0].loss);
    model.dispose();
  },
  600_000,
);

it.each<[string, Case]>([
  ["M, checkpointed", { shape: M, rows: 4, length: 128, checkpointLayers: true }],
  ["M, adapter on two", { shape: M, rows: 4, length: 128, lora: { rank: 4, targets: ["q_proj", "v_proj"] } }],
])(
  "plans the peak of a step within a tenth: %s",
  async (_, one) => {
    const ratio = plannedPeak(one) / (await measuredPeak(one));
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.1);
  },
  600_000,
);
