/**
 * Floating-point operations of the matrix products, a multiply-add counting two. Norms, softmax, rotations, activations
 * and the optimizer are left out: they are memory traffic more than arithmetic. Causal attention counts the pairs of
 * positions that exist, not the whole square.
 */
import type { LlamaConfig } from "../model";

/** [M, K] × [K, N]. */
export const matMulFlops = (M: number, N: number, K: number): number => 2 * M * N * K;

/** Weights of one layer that a token is multiplied with: q, k, v, o, gate, up, down. */
function layerWeights(config: LlamaConfig): number {
  const { hidden_size: d, head_dim, num_attention_heads, num_key_value_heads, intermediate_size } = config;
  const attention = 2 * d * head_dim * (num_attention_heads + num_key_value_heads);
  return attention + 3 * d * intermediate_size;
}

/** Scores and mixing of one query against `keys` keys, all heads. */
const attentionFlops = ({ num_attention_heads, head_dim }: LlamaConfig, keys: number): number =>
  4 * num_attention_heads * head_dim * keys;

const logitFlops = ({ hidden_size, vocab_size }: LlamaConfig): number => 2 * hidden_size * vocab_size;

/** Layers only, for `tokens` new tokens behind `before` cached ones, one row. */
function rowFlops(config: LlamaConfig, tokens: number, before = 0): number {
  const keys = tokens * before + (tokens * (tokens + 1)) / 2;
  return config.num_hidden_layers * (2 * layerWeights(config) * tokens + attentionFlops(config, keys));
}

/** Forward pass of [B, T] tokens, with logits at `predicted` positions of each row. */
export const forwardFlops = (config: LlamaConfig, B: number, T: number, predicted: number): number =>
  B * (rowFlops(config, T) + predicted * logitFlops(config));

/** Forward, and backward at twice its price: each product has one gradient by its input and one by its weight. */
export const trainingFlops = (config: LlamaConfig, B: number, T: number, predicted = T - 1): number =>
  3 * forwardFlops(config, B, T, predicted);

/** Both replies of B pairs, the reference's forward pass included where the step runs it. */
export function preferenceFlops(
  config: LlamaConfig,
  B: number,
  T: number,
  predicted: number,
  referenceInStep: boolean,
): number {
  return trainingFlops(config, 2 * B, T, predicted) + (referenceInStep ? forwardFlops(config, 2 * B, T, predicted) : 0);
}

/** Prompts read once, then one token a row and step with a key/value cache; the last new token is not read again. */
export function generationFlops(config: LlamaConfig, rows: number, promptTokens: number, newTokens: number): number {
  const reading = rowFlops(config, promptTokens) + rowFlops(config, newTokens - 1, promptTokens);
  return rows * (reading + newTokens * logitFlops(config));
}
