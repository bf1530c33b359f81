/**
 * The Llama decoder and its losses once more, in float64 and plain loops: what every backend is compared with. It shares
 * no line with the library: one sequence at a time, so no padding, masks or batches, and gradients by differences.
 */
import type { LlamaConfig } from "../../kernel-utils/src/model";

/** Values by parameter name, row-major as the library stores them: a projection is [out, in]. */
export type Weights64 = Map<string, Float64Array>;
type Vector = number[];

const sum = (values: Vector): number => values.reduce((total, value) => total + value, 0);
const add = (a: Vector, b: Vector): Vector => a.map((value, i) => value + b[i]);
const silu = (x: number): number => x / (1 + Math.exp(-x));

/** W x, with W [out, in] row-major. */
function apply(weight: Float64Array, x: Vector): Vector {
  const out = new Array<number>(weight.length / x.length).fill(0);
  for (let row = 0; row < out.length; row++) {
    for (let i = 0; i < x.length; i++) out[row] += weight[row * x.length + i] * x[i];
  }
  return out;
}

/** Zhang and Sennrich 2019, arXiv:1910.07467, eq. 4, with ε inside the root. */
function rmsNorm(weight: Float64Array, x: Vector, epsilon: number): Vector {
  const scale = 1 / Math.sqrt(sum(x.map((value) => value * value)) / x.length + epsilon);
  return x.map((value, i) => value * scale * weight[i]);
}

/** Every head of D coordinates turned by its position: i with i + D/2, by the angle position · theta^(−2i/D). */
function turn(projected: Vector, D: number, position: number, theta: number): Vector {
  const half = D / 2;
  const angles = Array.from({ length: half }, (_, pair) => position * theta ** ((-2 * pair) / D));
  const [cos, sin] = [angles.map(Math.cos), angles.map(Math.sin)];
  return projected.map((value, i) => {
    const partner = i % D < half ? -projected[i + half] : projected[i - half];
    return value * cos[i % half] + partner * sin[i % half];
  });
}

/** What one position's heads bring together from the positions given: Vaswani et al. 2017, arXiv:1706.03762, eq. 1. */
function attend(config: LlamaConfig, q: Vector, keys: Vector[], values: Vector[]): Vector {
  const { num_attention_heads: H, num_key_value_heads: keyHeads, head_dim: D } = config;
  return Array.from({ length: H }, (_, h) => {
    const at = Math.floor(h / (H / keyHeads)) * D; // where this head's key and value begin
    const scores = keys.map((key) => {
      let score = 0;
      for (let i = 0; i < D; i++) score += q[h * D + i] * key[at + i];
      return score / Math.sqrt(D);
    });
    const exponentials = scores.map((score) => Math.exp(score - Math.max(...scores)));
    const total = sum(exponentials);
    return Array.from({ length: D }, (_, i) => sum(exponentials.map((e, s) => (e / total) * values[s][at + i])));
  }).flat();
}

/** Next-token logits [T][V] of one sequence. */
export function logits64(config: LlamaConfig, weights: Weights64, tokens: number[]): Vector[] {
  const of = (name: string): Float64Array => weights.get(`${name}.weight`)!;
  const d = config.hidden_size;
  const norm = (name: string, x: Vector) => rmsNorm(of(name), x, config.rms_norm_eps);
  let stream = tokens.map((token) => Array.from(of("model.embed_tokens").subarray(token * d, (token + 1) * d)));
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const at = `model.layers.${layer}`;
    const normed = stream.map((x) => norm(`${at}.input_layernorm`, x));
    const [q, k, v] = ["q", "k", "v"].map((part) => normed.map((x) => apply(of(`${at}.self_attn.${part}_proj`), x)));
    const [queries, keys] = [q, k].map((rows) =>
      rows.map((row, t) => turn(row, config.head_dim, t, config.rope_theta)),
    );
    stream = stream.map((x, t) => {
      const mixed = attend(config, queries[t], keys.slice(0, t + 1), v.slice(0, t + 1));
      const y = add(x, apply(of(`${at}.self_attn.o_proj`), mixed));
      const z = norm(`${at}.post_attention_layernorm`, y);
      const [gate, up] = ["gate", "up"].map((part) => apply(of(`${at}.mlp.${part}_proj`), z));
      const inner = gate.map((value, i) => silu(value) * up[i]);
      return add(y, apply(of(`${at}.mlp.down_proj`), inner));
    });
  }
  const head = of(config.tie_word_embeddings ? "model.embed_tokens" : "lm_head");
  return stream.map((x) => apply(head, norm("model.norm", x)));
}

/** A sequence and, for each of its tokens, whether it is learned. */
export interface Sequence {
  tokens: number[];
  counts: boolean[];
}

/** log π of each token that counts, nats. */
export function tokenLogps64(config: LlamaConfig, weights: Weights64, { tokens, counts }: Sequence): Vector {
  const logits = logits64(config, weights, tokens);
  return tokens.flatMap((token, t) => {
    if (t === 0 || !counts[t]) return [];
    const row = logits[t - 1];
    const largest = Math.max(...row);
    return [row[token] - largest - Math.log(sum(row.map((value) => Math.exp(value - largest))))];
  });
}

/** Mean negative log-likelihood of the tokens that count. */
export function sft64(config: LlamaConfig, weights: Weights64, sequences: Sequence[]): number {
  const logps = sequences.flatMap((sequence) => tokenLogps64(config, weights, sequence));
  return -sum(logps) / logps.length;
}

/** −mean log σ(β h), h = log π(y_w)/π_ref(y_w) − log π(y_l)/π_ref(y_l): Rafailov et al. 2023, arXiv:2305.18290, eq. 7. */
export function dpo64(
  config: LlamaConfig,
  policy: Weights64,
  pairs: { chosen: Sequence; rejected: Sequence; referenceMargin: number }[],
  beta: number,
): number {
  const losses = pairs.map(({ referenceMargin, ...pair }) =>
    Math.log1p(Math.exp(-beta * (margin64(config, policy, pair) - referenceMargin))),
  );
  return sum(losses) / pairs.length;
}

/** log π(y_w) − log π(y_l) under one model. */
export const margin64 = (config: LlamaConfig, weights: Weights64, pair: { chosen: Sequence; rejected: Sequence }) =>
  sum(tokenLogps64(config, weights, pair.chosen)) - sum(tokenLogps64(config, weights, pair.rejected));

/** ∂f/∂w of every weight by central differences: at step 1e-5 right to about ten digits in float64. */
export function gradients64(f: (weights: Weights64) => number, weights: Weights64, step = 1e-5): Weights64 {
  const moved = new Map([...weights].map(([name, values]) => [name, values.slice()]));
  const entries = [...moved].map(([name, values]): [string, Float64Array] => {
    const gradient = values.map((value, i) => {
      values[i] = value + step;
      const above = f(moved);
      values[i] = value - step;
      const below = f(moved);
      values[i] = value;
      return (above - below) / (2 * step);
    });
    return [name, gradient];
  });
  return new Map(entries);
}

/** The weights after AdamW's first step, gradients clipped to norm 1: Loshchilov and Hutter 2019, algorithm 2. */
export function firstStep64(
  weights: Weights64,
  gradients: Weights64,
  learningRate: number,
  epsilon: number,
): Weights64 {
  const weightDecay = 0.01;
  const norm = Math.sqrt(sum([...gradients.values()].map((gradient) => sum(Array.from(gradient, (g) => g * g)))));
  const scale = norm > 1 ? 1 / norm : 1;
  return new Map(
    [...weights].map(([name, values]) => {
      const decay = name.includes("norm") ? 0 : weightDecay;
      const next = values.map((value, i) => {
        const g = gradients.get(name)![i] * scale; // after one step both moments, corrected, are g and g²
        return value - learningRate * (g / (Math.abs(g) + epsilon) + decay * value);
      });
      return [name, next];
    }),
  );
}
