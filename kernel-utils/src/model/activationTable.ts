import { countParameters, type LlamaConfig } from "./config";
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
  /** What operations keep, counted once for each that keeps it: where keeping copies, as in the stock wasm backend. */
  copies: number;
  /** Gradients by activations; TF.js keeps all of them until the backward pass has ended. */
  gradients: number;
}

const held = (_operation: string, numbers: Partial<Held>): Held => ({
  passing: 0,
  results: 0,
  copies: 0,
  gradients: 0,
  ...numbers,
});

const sum = (table: readonly Held[]): Held =>
  table.reduce(
    (total, row) => ({
      passing: total.passing + row.passing,
      results: total.results + row.results,
      copies: total.copies + row.copies,
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
  const [Md, Mi] = [M * d, M * inner];
  return [
    held("input norm and scales", { results: N * (d + 1), copies: N * (d + 1), gradients: 2 * N * d }),
    held("q, k, v projections", { passing: N * (q + 2 * k), copies: 3 * N * d, gradients: 3 * N * d }),
    held("spread to [B, T]", {
      results: padded * (q + 2 * k),
      copies: padded * (q + 2 * k),
      gradients: N * (q + 2 * k),
    }),
    held("rotary", { results: padded * (q + k), copies: 2 * padded, gradients: padded * (q + k) }),
    held("attention, weights [B, H, T, T]", {
      results: padded * (q + H * T),
      copies: padded * (2 * q + 2 * k + H * T),
      gradients: padded * (q + 2 * k),
    }),
    held("collect from [B, T]", { results: M * q, gradients: padded * q }),
    held("residual at the counted positions", isLast ? { results: Md, gradients: N * d } : {}),
    held("o projection", { results: Md, copies: M * q, gradients: M * q }),
    held("residual sum", { results: Md, copies: 2 * Md }),
    held("second norm and scales", { results: Md + M, copies: Md + M, gradients: 2 * Md }),
    held("gate and up projections", { results: 2 * Mi, copies: 2 * Md, gradients: 2 * Md }),
    held("SwiGLU", { results: Mi, copies: 2 * Mi, gradients: 2 * Mi }),
    held("down projection", { results: Md, copies: Mi, gradients: Mi }),
    held("residual sum", { results: Md, copies: 2 * Md }),
  ];
}

/** Before the layers and after them. */
function headTable(config: LlamaConfig, { tokens: N, padded, counted: M }: Extents): Held[] {
  const { hidden_size: d, vocab_size: V } = config;
  return [
    held("tokens, positions, mask, places", { results: 3 * N + 3 * padded + 2 * M, copies: 3 * N + M }),
    held("embedding", { results: N * d, copies: N * d, gradients: N * d }),
    held("last norm and scales", { results: M * (d + 1), copies: M * (d + 1), gradients: M * d }),
    held("vocabulary projection", { results: M * V, copies: 2 * M * d + M * V, gradients: M * d }),
    held("token log-probs", { results: 3 * M, copies: M * V + 3 * M, gradients: M * V }),
    held("log-probs by position, and the loss", { results: 3 * padded, copies: 4 * padded, gradients: 5 * padded }),
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
      copies: rows * (2 * rank + inner + 2 * out) + 2 * dropped,
      gradients: rows * (2 * rank + inner) + dropped,
    });
  });
}

/** What one decoder layer holds, its adapter's part included. */
export const layerHeld = (config: LlamaConfig, extents: Extents, isLast: boolean, lora?: LoraSettings): Held =>
  sum([...layerTable(config, extents, isLast), ...(lora ? adapterTable(config, extents, lora, isLast) : [])]);

export const headHeld = (config: LlamaConfig, extents: Extents): Held => sum(headTable(config, extents));

/** Parameters that operations keep in one decoder layer, and outside of them (embedding, last norm, projection). */
export function parametersKept(config: LlamaConfig, lora?: LoraSettings): { layer: number; outside: number } {
  const oneLayer =
    countParameters({ ...config, num_hidden_layers: 2 }) - countParameters({ ...config, num_hidden_layers: 1 });
  const adapter = lora ? adapterParameters({ ...config, num_hidden_layers: 1 }, lora) : 0;
  return { layer: oneLayer + adapter, outside: 2 * config.vocab_size * config.hidden_size + config.hidden_size };
}

export const adapterParameters = (config: LlamaConfig, lora: LoraSettings): number =>
  loraSpecs(config, lora).reduce((total, { shape: [rows, columns] }) => total + rows * columns, 0);
