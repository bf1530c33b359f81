import { Workspace } from "../tensor";
import type { KeyValueCache } from "./keyValueCache";
import type { LanguageModel } from "./languageModel";

/** What one step reads, each a number a row, but for the mask [rows, slots]: 1 where a token is or was. */
export interface StepInputs {
  tokens: Int32Array;
  positions: Int32Array;
  mask: Float32Array;
}

export interface StepLogits {
  /** [rows, V] */
  values: Float32Array;
  /** log Σ exp(z − max z) of each row, where it came for nothing. */
  logSums?: Float32Array;
}

/**
 * One token a row through the decoder, on memory set aside once: the forward pass of `llamaHidden` with a filled cache,
 * and the vocabulary projection, kernel by kernel. At this size a step of tensors spends most of its time on tensors.
 */
export class DecodeStep {
  private readonly at: Record<
    "x" | "normed" | "scales" | "q" | "k" | "v" | "mixed" | "gate" | "up" | "logits" | "stats",
    number
  >;
  private readonly inputs: Record<"tokens" | "positions" | "mask" | "weights", number>;

  private constructor(
    private readonly model: LanguageModel,
    private readonly cache: KeyValueCache,
    private readonly rows: number,
    private readonly workspace: Workspace,
  ) {
    const { config } = model;
    const { hidden_size: d, intermediate_size: inner, num_attention_heads: H, head_dim: D } = config;
    const room = (length: number) => workspace.buffer(rows * length);
    const [queries, keys] = [H * D, config.num_key_value_heads * D];
    this.at = {
      ...{ x: room(d), normed: room(d), scales: room(1), q: room(queries), k: room(keys), v: room(keys) },
      ...{ mixed: room(Math.max(queries, d)), gate: room(inner), up: room(inner), logits: room(config.vocab_size) },
      stats: room(2),
    };
    this.inputs = { tokens: room(1), positions: room(1), mask: room(cache.slots), weights: room(H * cache.slots) };
  }

  /** Where the backend's memory can be worked on directly, and no adapter stands beside the weights. */
  static open(model: LanguageModel, cache: KeyValueCache, rows: number): DecodeStep | undefined {
    const workspace = model.adapter ? undefined : Workspace.open();
    return workspace && new DecodeStep(model, cache, rows, workspace);
  }

  /** Next-token logits, in memory that the next step writes to again. The cache then holds the tokens too. */
  logits({ tokens, positions, mask }: StepInputs): StepLogits {
    const { workspace, rows, inputs, at, model } = this;
    const { hidden_size: d, vocab_size: V, num_hidden_layers: layers } = model.config;
    workspace.integers(inputs.tokens, rows).set(tokens);
    workspace.integers(inputs.positions, rows).set(positions);
    workspace.floats(inputs.mask, mask.length).set(mask);
    const last = positions.reduce((most, position) => Math.max(most, position), 0);
    workspace.gather(at.x, this.weight("model.embed_tokens"), inputs.tokens, rows, d);
    for (let layer = 0; layer < layers; layer++) {
      this.attend(layer, last);
      this.feedForward(`model.layers.${layer}`);
    }
    this.cache.advance(1);
    this.norm("model.norm");
    workspace.product(at.logits, at.normed, workspace.addressOf(model.vocabularyWeight), rows, V, d);
    workspace.logSumExp(at.stats, at.scales, at.logits, inputs.tokens, rows, V);
    const stats = workspace.floats(at.stats, 2 * rows);
    return { values: workspace.floats(at.logits, rows * V), logSums: stats.filter((_, i) => i % 2 === 1) };
  }

  dispose(): void {
    this.workspace.dispose();
  }

  private weight(name: string): number {
    return this.workspace.addressOf(this.model.parameters.get(`${name}.weight`)!);
  }

  /** normed = the norm of x. */
  private norm(name: string): void {
    const { hidden_size: d, rms_norm_eps: epsilon } = this.model.config;
    const { x, normed, scales } = this.at;
    this.workspace.rmsNorm(normed, scales, x, this.weight(name), this.rows, d, epsilon);
  }

  /** x += what attention brings from the tokens so far, this one among them. */
  private attend(layer: number, last: number): void {
    const { workspace, rows, at, inputs, cache } = this;
    const {
      hidden_size: d,
      num_attention_heads: H,
      num_key_value_heads: keyHeads,
      head_dim: D,
      rope_theta,
    } = this.model.config;
    const name = `model.layers.${layer}`;
    const [queries, keys] = [H * D, keyHeads * D];
    this.norm(`${name}.input_layernorm`);
    workspace.product(at.q, at.normed, this.weight(`${name}.self_attn.q_proj`), rows, queries, d);
    workspace.product(at.k, at.normed, this.weight(`${name}.self_attn.k_proj`), rows, keys, d);
    workspace.product(at.v, at.normed, this.weight(`${name}.self_attn.v_proj`), rows, keys, d);
    workspace.rotary(at.q, at.q, inputs.positions, last, rows, H, D, rope_theta);
    workspace.rotary(at.k, at.k, inputs.positions, last, rows, keyHeads, D, rope_theta);
    const stored = cache.writeRows(layer, workspace.floats(at.k, rows * keys), workspace.floats(at.v, rows * keys));
    const [k, v] = [stored.keys, stored.values].map((tensor) => workspace.addressOf(tensor));
    const sizes = { rows, S: cache.slots, H, keyHeads, D };
    workspace.attention([at.mixed, inputs.weights, at.q, k, v, inputs.mask], sizes);
    workspace.product(at.normed, at.mixed, this.weight(`${name}.self_attn.o_proj`), rows, d, queries);
    workspace.add(at.x, at.x, at.normed, rows * d);
  }

  /** x += the SwiGLU block's answer to it. */
  private feedForward(name: string): void {
    const { workspace, rows, at } = this;
    const { hidden_size: d, intermediate_size: inner } = this.model.config;
    this.norm(`${name}.post_attention_layernorm`);
    workspace.product(at.gate, at.normed, this.weight(`${name}.mlp.gate_proj`), rows, inner, d);
    workspace.product(at.up, at.normed, this.weight(`${name}.mlp.up_proj`), rows, inner, d);
    workspace.swiglu(at.gate, at.gate, at.up, rows * inner);
    workspace.product(at.normed, at.gate, this.weight(`${name}.mlp.down_proj`), rows, d, inner);
    workspace.add(at.x, at.x, at.normed, rows * d);
  }
}
