import { useBackend } from "../../kernel-utils/src/tensor";
import { type Case, deep, M, measuredPeak, plannedPeak, S } from "./plannedSteps";

beforeAll(() => useBackend("wasm"));

const cases: [string, Case][] = [
  ["S", { shape: S, rows: 16, length: 64 }],
  ["S with prompts that do not count", { shape: S, rows: 16, length: 64, prompt: 40 }],
  ["S, output projection of its own", { shape: { ...S, tie_word_embeddings: false }, rows: 4, length: 32 }],
  ["eight narrow layers", { shape: deep, rows: 8, length: 32 }],
  ["a long sequence", { shape: S, rows: 1, length: 512 }],
  ["a large vocabulary", { shape: { ...S, vocab_size: 8192 }, rows: 4, length: 32 }],
  ["S, checkpointed", { shape: S, rows: 16, length: 64, checkpointLayers: true }],
  ["eight narrow layers, checkpointed", { shape: deep, rows: 8, length: 32, checkpointLayers: true }],
  ["S in four parts", { shape: S, rows: 16, length: 64, accumulationSteps: 4 }],
  ["S, adapter on all projections", { shape: S, rows: 16, length: 64, lora: { rank: 8 } }],
  ["S, adapter on two", { shape: S, rows: 8, length: 32, lora: { rank: 4, targets: ["q_proj", "v_proj"] } }],
  ["eight layers, adapter, checkpointed", { shape: deep, rows: 8, length: 32, lora: {}, checkpointLayers: true }],
];

/** Two equal numbers within a tenth. */
const expectPlanned = async (one: Case): Promise<void> => {
  const ratio = plannedPeak(one) / (await measuredPeak(one));
  expect(ratio).toBeGreaterThan(0.9);
  expect(ratio).toBeLessThan(1.1);
};

it("plans the peak of a step within a tenth: M", () => expectPlanned({ shape: M, rows: 4, length: 128 }), 300_000);

it.each(cases)("plans the peak of a step within a tenth: %s", (_name, one) => expectPlanned(one), 120_000);
