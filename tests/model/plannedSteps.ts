import * as tf from "@tensorflow/tfjs";
import {
  buildModel,
  type LlamaShape,
  type LoraOptions,
  llamaConfig,
  loraSettings,
  memoryPlan,
} from "../../kernel-utils/src/model";
import { peakMemory, Random } from "../../kernel-utils/src/tensor";
import { AdamW, accumulateGradients, type Example, sftMicrobatch, splitEvenly } from "../../kernel-utils/src/training";

/** Training steps whose peak is planned and measured. */
export interface Case {
  shape: LlamaShape;
  rows: number;
  length: number;
  /** Tokens of each prompt, which do not count. Default 0. */
  prompt?: number;
  checkpointLayers?: boolean;
  accumulationSteps?: number;
  lora?: LoraOptions;
}

/** The most bytes that one real training step holds: model, loss, gradients, AdamW. */
export async function measuredPeak({
  shape,
  rows,
  length,
  prompt = 0,
  checkpointLayers = false,
  accumulationSteps = 1,
  lora,
}: Case) {
  const random = new Random(0);
  const { peakBytes } = await peakMemory(async () => {
    const model = buildModel(llamaConfig(shape), (_, size) => tf.fill(size, 0.01)); // no values matter here
    if (lora) model.addAdapter(lora, random);
    model.checkpointLayers = checkpointLayers;
    const examples: Example[] = Array.from({ length: rows }, () => {
      const tokens = Array.from({ length }, () => random.integer(shape.vocab_size));
      return { tokens, labels: tokens.map((token, i) => (i < prompt ? -100 : token)) };
    });
    const optimizer = new AdamW(model.trainable);
    const parts = splitEvenly(examples, accumulationSteps).map((part) => sftMicrobatch(model, part));
    const { gradients } = await accumulateGradients(model.trainable, parts);
    optimizer.step(gradients, 1e-3);
    tf.dispose([...gradients.values()]);
    optimizer.dispose();
    model.dispose();
  });
  return peakBytes;
}

export function plannedPeak({
  shape,
  rows,
  length,
  prompt = 0,
  accumulationSteps = 1,
  lora,
  ...options
}: Case): number {
  const [partRows, counts] = [Math.ceil(rows / accumulationSteps), Math.min(length - 1, length - prompt)];
  const batch = { rows: partRows, length, counted: partRows * counts };
  const settings = lora && loraSettings(lora);
  return memoryPlan(llamaConfig(shape), batch, { ...options, accumulationSteps, lora: settings }).peak;
}

export const S = { vocab_size: 512, hidden_size: 128, num_hidden_layers: 2, num_attention_heads: 4 };
export const M = { vocab_size: 2048, hidden_size: 384, num_hidden_layers: 6, num_attention_heads: 6 };
export const deep = {
  vocab_size: 300,
  hidden_size: 64,
  num_hidden_layers: 8,
  num_attention_heads: 4,
  num_key_value_heads: 4,
};
