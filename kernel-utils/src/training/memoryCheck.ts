import * as tf from "@tensorflow/tfjs";
import { type BatchShape, type LanguageModel, loraSettings, type MemoryPlanOptions, memoryPlan } from "../model";
import { checkMemoryBudget, gib } from "../tensor";
import { countLabels, type Example, padRight } from "./batching";

/** What decides how much a step holds. */
export interface MemoryOptions {
  batchSize?: number;
  accumulationSteps?: number;
  checkpointLayers?: boolean;
}

/** The most that one pass can be given: its rows, all of them the longest there are. */
export function worstBatch(examples: readonly Example[], rows: number): BatchShape {
  const longest = [...examples].sort((a, b) => b.tokens.length - a.tokens.length).slice(0, rows);
  const total = (of: (example: Example) => number): number => longest.reduce((sum, example) => sum + of(example), 0);
  return {
    rows: longest.length,
    length: padRight(longest.slice(0, 1), 0).length,
    tokens: total(({ tokens }) => tokens.length),
    counted: total(({ labels }) => countLabels(labels)),
  };
}

/**
 * Refuses a run whose largest step would not fit into the wasm heap, before the first: the heap ends at 4 GiB, and the
 * error of a full one comes late and says less.
 *
 * @param rowsPerRecord sequences of one record: two for a preference
 */
export function checkTrainingMemory(
  method: string,
  model: LanguageModel,
  examples: readonly Example[],
  { batchSize = 32, accumulationSteps = 1, checkpointLayers = model.checkpointLayers }: MemoryOptions,
  rowsPerRecord = 1,
): void {
  if (tf.getBackend() !== "wasm") return;
  const records = Math.min(batchSize, examples.length / rowsPerRecord);
  const planFor = (options: MemoryPlanOptions) => {
    const parts = Math.min(options.accumulationSteps ?? 1, records);
    const batch = worstBatch(examples, Math.ceil(records / parts) * rowsPerRecord);
    return memoryPlan(model.config, batch, options);
  };
  const lora = model.adapter?.settings;
  const asked: MemoryPlanOptions = { lora, accumulationSteps, checkpointLayers };
  const { weights, gradients, moments, activations } = planFor(asked);
  const others = Math.max(0, tf.memory().numBytes - weights);
  const used = { weights, gradients, moments, activations, "other tensors": others };
  checkMemoryBudget(`${method}: a step`, used, wayOut(planFor, asked, others, records));
}

/** What would help, each with what it would need. */
function wayOut(
  planFor: (options: MemoryPlanOptions) => { peak: number },
  asked: MemoryPlanOptions,
  others: number,
  records: number,
): string {
  const ways: [string, MemoryPlanOptions][] = [
    [`accumulationSteps: ${records}`, { accumulationSteps: records }],
    ["checkpointLayers: true", { checkpointLayers: true }],
    ["both", { accumulationSteps: records, checkpointLayers: true }],
    ["addAdapter (LoRA)", { lora: asked.lora ?? loraSettings() }],
  ];
  const needs = ways.map(([way, change]) => `${way} (${gib(planFor({ ...asked, ...change }).peak + others)})`);
  return `take a smaller batchSize, or ${needs.join(", ")}`;
}
