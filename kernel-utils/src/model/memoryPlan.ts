import { adapterParameters, type Extents, type Held, headHeld, layerHeld } from "./activationTable";
import { countParameters, type LlamaConfig } from "./config";
import type { LoraSettings } from "./lora";

/** The largest batch that goes through the model in one pass: a microbatch, where gradients are accumulated. */
export interface BatchShape {
  rows: number;
  /** Tokens of the longest row, padding included. */
  length: number;
  /** Tokens without padding. Default rows · length. */
  tokens?: number;
  /** Positions whose next label counts. Default: all but each row's last. */
  counted?: number;
}

/** A value model is trained as the policy is; a reference or reward model is only read. */
export type OtherModel = "reference" | "reward" | "value";

export interface MemoryPlanOptions {
  /** Train an adapter in place of the weights. */
  lora?: LoraSettings;
  checkpointLayers?: boolean;
  /** Passes a step; from two on, their gradients' sum is held beside the next one's. Default 1. */
  accumulationSteps?: number;
  /** Models of the same shape held beside the policy. Default none. */
  others?: readonly OtherModel[];
  /** Generation while nothing is trained: rows, and tokens a row with the prompt. */
  cache?: { rows: number; slots: number };
}

/** Bytes, part by part. */
export interface MemoryPlan {
  /** Of every model. */
  weights: number;
  /** Of every parameter trained, with the running sum where gradients are accumulated. */
  gradients: number;
  /** AdamW's two. */
  moments: number;
  /** What a forward and backward pass hold beside all this at their worst moment. */
  activations: number;
  /** Keys and values of generation. */
  cache: number;
  /** At the worst moment: in training, or in generation. */
  peak: number;
}

const bytes = (numbers: number): number => 4 * numbers;

/** What training (and generation) of a model will hold in tensors, from shapes alone. */
export function memoryPlan(config: LlamaConfig, batch: BatchShape, options: MemoryPlanOptions = {}): MemoryPlan {
  const { lora, accumulationSteps = 1, others = [] } = options;
  const parameters = countParameters(config);
  const adapter = lora ? adapterParameters(config, lora) : 0;
  const trained = lora ? adapter : parameters;
  const trainedModels = 1 + others.filter((other) => other === "value").length;
  const weights = bytes((1 + others.length) * parameters + trainedModels * adapter);
  const moments = bytes(2 * trainedModels * trained);
  // Policy and value model take turns: one's gradients are gone when the other's are made.
  const gradients = bytes((accumulationSteps > 1 ? 2 : 1) * trained);
  const activations = bytes(activationNumbers(config, extentsOf(batch), trained, options));
  const cache = options.cache ? cacheBytes(config, options.cache) : 0;
  const peak = weights + moments + Math.max(gradients + activations, cache);
  return { weights, gradients, moments, activations, cache, peak };
}

function extentsOf({ rows, length, tokens = rows * length, counted = tokens - rows }: BatchShape): Extents {
  return { tokens, padded: rows * length, length, counted };
}

/** Keys and values of every layer, [rows, slots, key/value heads, head size] each. */
function cacheBytes(config: LlamaConfig, { rows, slots }: { rows: number; slots: number }): number {
  return bytes(2 * config.num_hidden_layers * rows * slots * config.num_key_value_heads * config.head_dim);
}

/** Beside parameters and their gradients, at the worst moment. */
function activationNumbers(
  config: LlamaConfig,
  extents: Extents,
  trained: number,
  { lora, checkpointLayers = false }: MemoryPlanOptions,
): number {
  const { num_hidden_layers: L, hidden_size: d, vocab_size: V } = config;
  const head = headHeld(config, extents);
  const layers = Array.from({ length: L }, (_, layer) => layerHeld(config, extents, layer === L - 1, lora));
  const total = (of: (layer: Held) => number): number => layers.reduce((sum, layer) => sum + of(layer), 0);
  // Before the forward pass ends, no gradient is there yet, but what ends with that pass.
  const forwardOf = (layer: Held): number => layer.passing + layer.results;
  const backwardOf = (layer: Held): number => layer.results + layer.gradients;
  // The embedding's gradient has two sources, the gather and (where tied) the projection; and the gather's is copied.
  const table = lora ? 0 : (config.tie_word_embeddings ? 2 : 1) * V * d;

  if (!checkpointLayers) {
    const forward = head.results + total(forwardOf) - trained;
    const backward = head.results + head.gradients + total(backwardOf) + table;
    return Math.max(forward, backward);
  }
  const boundary = extents.tokens * d; // each layer's input is kept, and the gradient by it
  const second = (layer: Held): number => Math.max(forwardOf(layer), backwardOf(layer));
  const moments = layers.map((layer, index) => second(layer) + (2 * L - index) * boundary);
  return head.results + head.gradients + Math.max(...moments, 2 * L * boundary + table);
}
