import { CourseError } from "../errors";

/** A Llama model's shape, under the field names of Hugging Face's `config.json`. */
export interface LlamaConfig {
  vocab_size: number;
  /** d, the width of the residual stream. */
  hidden_size: number;
  /** Width inside the SwiGLU block. */
  intermediate_size: number;
  num_hidden_layers: number;
  num_attention_heads: number;
  /** Grouped-query attention: this many key/value heads serve all query heads; divides them evenly. */
  num_key_value_heads: number;
  head_dim: number;
  max_position_embeddings: number;
  rms_norm_eps: number;
  rope_theta: number;
  /** True: the output projection is the embedding table, transposed. */
  tie_word_embeddings: boolean;
  /** Standard deviation of the initial weights. Default 0.6/√d: the usual 0.02 at d = 900, and large enough at d = 96. */
  initializer_range: number;
  bos_token_id: number;
  eos_token_id: number;
  pad_token_id: number;
}

/** What a caller must or may say; the rest follows from common Llama practice. */
export type LlamaShape = Pick<LlamaConfig, "vocab_size" | "hidden_size" | "num_hidden_layers"> & Partial<LlamaConfig>;

/** Fills in and checks a configuration. The SwiGLU width defaults to 8/3 d, rounded up to a multiple of 8. */
export function llamaConfig(shape: LlamaShape): LlamaConfig {
  const heads = shape.num_attention_heads ?? Math.max(1, Math.round(shape.hidden_size / 16));
  const config: LlamaConfig = {
    intermediate_size: Math.ceil(shape.hidden_size / 3) * 8,
    num_key_value_heads: heads % 2 === 0 ? heads / 2 : heads,
    head_dim: Math.floor(shape.hidden_size / heads),
    max_position_embeddings: 512,
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    tie_word_embeddings: true,
    initializer_range: 0.6 / Math.sqrt(shape.hidden_size),
    bos_token_id: 1,
    eos_token_id: 2,
    pad_token_id: 0,
    ...shape,
    num_attention_heads: heads,
  };
  checkConfig(config);
  return config;
}

const integerFields = [
  "vocab_size",
  "hidden_size",
  "intermediate_size",
  "num_hidden_layers",
  "num_attention_heads",
  "num_key_value_heads",
  "head_dim",
  "max_position_embeddings",
] as const;

/** Refuses a shape no model can have, naming the field. */
export function checkConfig(config: LlamaConfig): void {
  for (const field of integerFields) {
    if (!Number.isInteger(config[field]) || config[field] < 1) refuse(field, config[field], "a positive integer");
  }
  for (const field of ["rms_norm_eps", "rope_theta", "initializer_range"] as const) {
    if (!(config[field] > 0)) refuse(field, config[field], "a positive number");
  }
  if (config.head_dim % 2 !== 0) refuse("head_dim", config.head_dim, "even: rotary embedding turns pairs");
  if (config.num_attention_heads % config.num_key_value_heads !== 0) {
    refuse("num_key_value_heads", config.num_key_value_heads, `a divisor of ${config.num_attention_heads} heads`);
  }
}

function refuse(field: string, value: unknown, rule: string): never {
  throw new CourseError("bad-value", `llamaConfig: ${field} is ${value}; it must be ${rule}`);
}

/** Hugging Face's name of a parameter, and its shape; a projection is [out, in]. */
export interface ParameterSpec {
  name: string;
  shape: number[];
}

/** Every parameter of the model, in the order of the forward pass. */
export function parameterSpecs(config: LlamaConfig): ParameterSpec[] {
  const { vocab_size: vocabulary, hidden_size: d } = config;
  const layers = Array.from({ length: config.num_hidden_layers }, (_, layer) => layerSpecs(config, layer));
  const specs = [
    { name: "model.embed_tokens.weight", shape: [vocabulary, d] },
    ...layers.flat(),
    { name: "model.norm.weight", shape: [d] },
  ];
  if (!config.tie_word_embeddings) specs.push({ name: "lm_head.weight", shape: [vocabulary, d] });
  return specs;
}

function layerSpecs(config: LlamaConfig, layer: number): ParameterSpec[] {
  const { hidden_size: d, intermediate_size: inner } = config;
  const queries = config.num_attention_heads * config.head_dim;
  const keys = config.num_key_value_heads * config.head_dim;
  const shapes: Record<string, number[]> = {
    input_layernorm: [d],
    "self_attn.q_proj": [queries, d],
    "self_attn.k_proj": [keys, d],
    "self_attn.v_proj": [keys, d],
    "self_attn.o_proj": [d, queries],
    post_attention_layernorm: [d],
    "mlp.gate_proj": [inner, d],
    "mlp.up_proj": [inner, d],
    "mlp.down_proj": [d, inner],
  };
  return Object.entries(shapes).map(([part, shape]) => ({ name: `model.layers.${layer}.${part}.weight`, shape }));
}

/** The exact number of trainable numbers. */
export const countParameters = (config: LlamaConfig): number =>
  parameterSpecs(config).reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
