import type { LlamaConfig } from "../config";

/**
 * The file of the llama2.c project (github.com/karpathy/llama2.c, first export format, float32): seven int32 (dim, hidden,
 * layers, heads, key/value heads, vocabulary, context; a positive vocabulary size means tied embeddings), then the
 * weights, each kind stacked over the layers.
 */
export const headerFields = 7;
export const headerBytes = headerFields * 4;

/** Kinds of weight in file order; a layer's parts lie together kind by kind, not layer by layer. */
const stackedParts = [
  "input_layernorm",
  "self_attn.q_proj",
  "self_attn.k_proj",
  "self_attn.v_proj",
  "self_attn.o_proj",
  "post_attention_layernorm",
  "mlp.gate_proj",
  "mlp.down_proj",
  "mlp.up_proj",
];

/** Stands for two tables [context, D/2] of cosines and sines, which every program computes itself by now. */
export const rotaryTables = "rotary tables";

/** Hugging Face's names in the order of the file. */
export function storedNames(config: LlamaConfig): string[] {
  const layers = Array.from({ length: config.num_hidden_layers }, (_, layer) => layer);
  return [
    "model.embed_tokens.weight",
    ...stackedParts.flatMap((part) => layers.map((layer) => `model.layers.${layer}.${part}.weight`)),
    "model.norm.weight",
    rotaryTables,
    ...(config.tie_word_embeddings ? [] : ["lm_head.weight"]),
  ];
}

/** Float32 numbers behind the header; a closed form, so that no header can make a reader build something large. */
export function storedNumbers(config: LlamaConfig): number {
  const { hidden_size: d, intermediate_size: inner, num_hidden_layers: layers, head_dim: D } = config;
  const attention = d * D * (2 * config.num_attention_heads + 2 * config.num_key_value_heads);
  const tables = config.vocab_size * d * (config.tie_word_embeddings ? 1 : 2);
  return tables + layers * (attention + 3 * d * inner + 2 * d) + d + config.max_position_embeddings * D;
}

/**
 * llama2.c's rotary embedding turns the pairs (0,1), (2,3) …, Hugging Face's turns i with i + D/2. With the rows of the
 * query and key projections reordered within each head, the products are the same.
 */
export const isRotated = (name: string): boolean => /self_attn\.[qk]_proj/.test(name);

/** Row `index` of a head in Hugging Face's order stands in this row of llama2.c's. */
const pairedRow = (index: number, D: number): number => (index < D / 2 ? 2 * index : 2 * (index - D / 2) + 1);

/** From llama2.c's order of rows to Hugging Face's: 0, 2, 4 … of each head, then 1, 3, 5 … */
export const halvesFromPairs = (values: Float32Array, config: LlamaConfig): Float32Array =>
  reorderRows(values, config, (target, source) => [target, source]);

/** And back. */
export const pairsFromHalves = (values: Float32Array, config: LlamaConfig): Float32Array =>
  reorderRows(values, config, (target, source) => [source, target]);

function reorderRows(
  values: Float32Array,
  { head_dim: D, hidden_size: d }: LlamaConfig,
  direction: (halves: number, pairs: number) => [to: number, from: number],
): Float32Array {
  const ordered = new Float32Array(values.length);
  for (let row = 0; row < values.length / d; row++) {
    const head = row - (row % D);
    const [to, from] = direction(row, head + pairedRow(row % D, D));
    ordered.set(values.subarray(from * d, (from + 1) * d), to * d);
  }
  return ordered;
}
