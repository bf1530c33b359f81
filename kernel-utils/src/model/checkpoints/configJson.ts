import { CourseError, messageOf, shown } from "../../errors";
import { type LlamaConfig, llamaConfig } from "../config";
import type { Dtype } from "./dtype";
import { isObject, type JsonObject } from "./files";

/**
 * The content of `config.json` for Hugging Face's LlamaConfig. Release 5 of transformers reads `dtype` and
 * `rope_parameters`, releases before it `torch_dtype` and `rope_theta`; each ignores what it does not know.
 */
export const configJson = (config: LlamaConfig, dtype: Dtype) => ({
  architectures: ["LlamaForCausalLM"],
  model_type: "llama",
  ...config,
  rope_parameters: { rope_type: "default", rope_theta: config.rope_theta },
  rope_scaling: null,
  hidden_act: "silu",
  attention_bias: false,
  mlp_bias: false,
  dtype,
  torch_dtype: dtype,
});

/** What Hugging Face's `generate` reads beside the model. */
export const generationConfigJson = (config: LlamaConfig) => ({
  bos_token_id: config.bos_token_id,
  eos_token_id: config.eos_token_id,
  pad_token_id: config.pad_token_id,
});

export interface ReadConfig {
  config: LlamaConfig;
  /** Each of these ends a reply; the first is the config's own. Some chat models have several. */
  eosIds: number[];
}

/**
 * Reads any Llama's `config.json`. What is missing has the value that LlamaConfig would give it; what would change the
 * computation in a way this model does not have is refused by name; other fields are let pass.
 */
export function configFromJson(content: JsonObject, file: string): ReadConfig {
  checkArchitecture(content, file);
  const eosIds = tokenIds(content, "eos_token_id", file);
  const eos = eosIds[0] ?? 2;
  const heads = content.num_attention_heads;
  const shape = {
    vocab_size: content.vocab_size,
    hidden_size: content.hidden_size,
    intermediate_size: content.intermediate_size,
    num_hidden_layers: content.num_hidden_layers,
    num_attention_heads: heads,
    num_key_value_heads: content.num_key_value_heads ?? heads,
    head_dim: content.head_dim ?? Math.floor(Number(content.hidden_size) / Number(heads)),
    max_position_embeddings: content.max_position_embeddings ?? 2048,
    rms_norm_eps: content.rms_norm_eps ?? 1e-6,
    rope_theta: ropeTheta(content, file),
    tie_word_embeddings: content.tie_word_embeddings ?? false,
    initializer_range: content.initializer_range ?? 0.02,
    bos_token_id: tokenIds(content, "bos_token_id", file)[0] ?? 1,
    eos_token_id: eos,
    pad_token_id: tokenIds(content, "pad_token_id", file)[0] ?? eos, // padding is masked: any id serves
  };
  return { config: checkedConfig(shape, file), eosIds: eosIds.length > 0 ? eosIds : [eos] };
}

function checkArchitecture(content: JsonObject, file: string): void {
  const { model_type: type, architectures = ["LlamaForCausalLM"], hidden_act: activation = "silu" } = content;
  if (type !== "llama") refuse(file, `model_type is ${shown(type)}`);
  if (!Array.isArray(architectures) || !architectures.includes("LlamaForCausalLM")) {
    refuse(file, `architectures is ${shown(architectures)}`);
  }
  if (activation !== "silu") refuse(file, `hidden_act is ${shown(activation)}`);
  for (const field of ["attention_bias", "mlp_bias", "quantization_config"]) {
    if (content[field]) refuse(file, `${field} is ${shown(content[field])}`);
  }
}

/** θ of the rotary embedding, from where either generation of transformers puts it; no kind of scaling is computed. */
function ropeTheta(content: JsonObject, file: string): unknown {
  for (const field of ["rope_parameters", "rope_scaling"]) {
    const value = content[field] ?? {};
    if (!isObject(value)) return refuse(file, `${field} is ${shown(value)}`);
    const type = value.rope_type ?? value.type ?? "default";
    const rotated = value.partial_rotary_factor ?? content.partial_rotary_factor ?? 1;
    if (type !== "default")
      refuse(file, `${field} asks for ${shown(type)}; only the default rotary embedding is computed`);
    if (rotated !== 1) refuse(file, `partial_rotary_factor is ${shown(rotated)}`);
  }
  const { rope_theta: inside } = (content.rope_parameters ?? {}) as JsonObject;
  return inside ?? content.rope_theta ?? 10_000;
}

/** A token id may be one number, a list of them, or null for none. */
function tokenIds(content: JsonObject, field: string, file: string): number[] {
  const value = content[field] ?? [];
  const ids: unknown[] = Array.isArray(value) ? value : [value];
  const wrong = ids.find((id) => !(Number.isInteger(id) && Number(id) < Number(content.vocab_size)));
  if (wrong !== undefined) refuse(file, `${field} is ${shown(value)}, vocab_size ${shown(content.vocab_size)}`);
  return (ids as number[]).filter((id) => id >= 0); // −1 means none
}

function checkedConfig(shape: Record<keyof LlamaConfig, unknown>, file: string): LlamaConfig {
  for (const [field, value] of Object.entries(shape)) {
    const wanted = field === "tie_word_embeddings" ? "boolean" : "number";
    if (typeof value !== wanted) refuse(file, `${field} is ${shown(value)}, not a ${wanted}`);
  }
  try {
    return llamaConfig(shape as unknown as LlamaConfig);
  } catch (cause) {
    throw new CourseError("bad-file", `${file}: ${messageOf(cause)}`, { cause });
  }
}

function refuse(file: string, what: string): never {
  throw new CourseError("bad-file", `${file}: ${what}; this reader takes a LlamaForCausalLM without these`);
}
