import type { LlamaConfig } from "./config";
import { type LoraSettings, loraSpecs } from "./lora";

/** The lengths that activations are made of. */
export interface Extents {
  /** N: tokens without padding. */
  tokens: number;
  /** B·T: tokens with padding, which only attention sees. */
  padded: number;
  /** T. */
  length: number;
  /** Positions that the last layer's end and the vocabulary see: those whose next label counts. */
  counted: number;
}

/** Numbers (4 bytes each) that a part of a training step holds beside parameters and their gradients. */
export interface Held {
  /** Results that end with the forward pass. */
  passing: number;
  /** Results that some operation keeps for the backward pass, each counted once, where it is made. */
  results: number;
  /** Gradients by activations; TF.js keeps all of them until the backward pass has ended. */
  gradients: number;
}

const held = (_operation: string, numbers: Partial<Held>): Held => ({
  passing: 0,
  results: 0,
  gradients: 0,
  ...numbers,
});

const sum = (table: readonly Held[]): Held =>
  table.reduce(
    (total, row) => ({
      passing: total.passing + row.passing,
      results: total.results + row.results,
      gradients: total.gradients + row.gradients,
    }),
    held("nothing", {}),
  );

/**
 * One decoder layer, operation by operation. This table, `headTable` and `adapterTable` are the one place that knows what
 * operations hold: a test measures real steps against them, so a fused operation that holds less must be entered here.
 *
 * Where n operations read one tensor, n gradients by it are made and n − 1 sums, of which all but n − 1 gradients and
 * the last sum are given back: n in all. An addition passes its gradient on and makes none, but keeps both operands;
 * a reshape keeps its operand.
 */
function layerTable(config: LlamaConfig, { tokens: N, padded, length: T, counted }: Extents, isLast: boolean): Held[] {
  const { hidden_size: d, intermediate_size: inner, num_attention_heads: H } = config;
  const [q, k] = [H * config.head_dim, config.num_key_value_heads * config.head_dim];
  const M = isLast ? counted : N;
  const moves = N < padded; // without padding the list of tokens is the batch already
  const [Md, Mi] = [M * d, M * inner];
  return [
    held("input norm and scales", { results: N * (d + 1), gradients: 2 * N * d }),
    held("q, k, v projections", { passing: moves ? N * (q + 2 * k) : 0, gradients: 3 * N * d }),
    held("spread to [B, T]", { results: padded * (q + 2 * k), gradients: moves ? N * (q + 2 * k) : 0 }),
    held("rotary", { results: padded * (q + k), gradients: padded * (q + k) }),
    held("attention, weights [B, H, T, T]", {
      results: padded * (q + H * T),
      gradients: padded * (q + 2 * k),
    }),
    held("collect from [B, T]", moves || isLast ? { results: M * q, gradients: padded * q } : {}),
    held("residual at the counted positions", isLast ? { results: Md, gradients: N * d } : {}),
    held("o projection", { results: Md, gradients: M * q }),
    held("residual sum", { results: Md }),
    held("second norm and scales", { results: Md + M, gradients: 2 * Md }),
    held("gate and up projections", { results: 2 * Mi, gradients: 2 * Md }),
    held("SwiGLU", { results: Mi, gradients: 2 * Mi }),
    held("down projection", { results: Md, gradients: Mi }),
    held("residual sum", { results: Md }),
  ];
}

/** Before the layers and after them. */
function headTable(config: LlamaConfig, { tokens: N, padded, counted: M }: Extents): Held[] {
  const { hidden_size: d, vocab_size: V } = config;
  return [
    held("tokens, positions, mask, places", { results: 3 * N + 3 * padded + 2 * M }),
    held("embedding", { results: N * d, gradients: N * d }),
    held("last norm and scales", { results: M * (d + 1), gradients: M * d }),
    held("projected log-probs, whose gradient by the logits lies over them", {
      results: M * V + 3 * M,
      gradients: M * d,
    }),
    held("log-probs by position, and the loss", { results: 3 * padded, gradients: 5 * padded }),
  ];
}

/** What an adapter adds to a layer: x Aᵀ, its scaled copy, times Bᵀ, and the sum that keeps both products. */
function adapterTable(config: LlamaConfig, extents: Extents, lora: LoraSettings, isLast: boolean): Held[] {
  const specs = loraSpecs({ ...config, num_hidden_layers: 1 }, lora);
  return specs.flatMap(({ name, shape: [rank, inner] }, index) => {
    if (name.endsWith("lora_B.weight")) return [];
    const rows = isLast && !/[qkv]_proj/.test(name) ? extents.counted : extents.tokens;
    const [out] = specs[index + 1].shape;
    const dropped = lora.dropout > 0 ? rows * inner : 0;
    return held(name, {
      results: rows * (2 * rank + 2 * out) + 2 * dropped,
      gradients: rows * (2 * rank + inner) + dropped,
    });
  });
}

/** What one decoder layer holds, its adapter's part included. */
export const layerHeld = (config: LlamaConfig, extents: Extents, isLast: boolean, lora?: LoraSettings): Held =>
  sum([...layerTable(config, extents, isLast), ...(lora ? adapterTable(config, extents, lora, isLast) : [])]);

export const headHeld = (config: LlamaConfig, extents: Extents): Held => sum(headTable(config, extents));

export const adapterParameters = (config: LlamaConfig, lora: LoraSettings): number =>
  loraSpecs(config, lora).reduce((total, { shape: [rows, columns] }) => total + rows * columns, 0);
