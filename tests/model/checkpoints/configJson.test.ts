import { CourseError } from "../../../kernel-utils/src/errors";
import {
  configFromJson,
  configJson,
  generationConfigJson,
} from "../../../kernel-utils/src/model/checkpoints/configJson";
import { tinyConfig } from "../tinyModel";

/** As transformers 4 wrote the first Llama 2 configs, without the fields that came later. */
const old = {
  architectures: ["LlamaForCausalLM"],
  model_type: "llama",
  vocab_size: 32000,
  hidden_size: 128,
  intermediate_size: 344,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  hidden_act: "silu",
  torch_dtype: "float16",
};
const read = (fields: object) => configFromJson({ ...old, ...fields }, "config.json");

it("reads back what it writes", () => {
  const config = tinyConfig({ rope_theta: 5e5, head_dim: 6, tie_word_embeddings: false });
  expect(configFromJson(JSON.parse(JSON.stringify(configJson(config, "bfloat16"))), "")).toEqual({
    config,
    eosIds: [2],
  });
});

it("writes what either generation of transformers looks for", () => {
  const config = tinyConfig({ rope_theta: 5e5 });
  expect(configJson(config, "bfloat16")).toMatchObject({
    dtype: "bfloat16",
    torch_dtype: "bfloat16",
    rope_theta: 5e5,
    rope_parameters: { rope_theta: 5e5, rope_type: "default" },
  });
  expect(generationConfigJson(config)).toEqual({ bos_token_id: 1, eos_token_id: 2, pad_token_id: 0 });
});

it("gives missing fields the values of Hugging Face's LlamaConfig", () => {
  // transformers, configuration_llama.py: the defaults of LlamaConfig
  expect(read({}).config).toEqual({
    ...{ vocab_size: 32000, hidden_size: 128, intermediate_size: 344, num_hidden_layers: 2, num_attention_heads: 4 },
    ...{ num_key_value_heads: 4, head_dim: 32, max_position_embeddings: 2048, rms_norm_eps: 1e-6, rope_theta: 10_000 },
    ...{ tie_word_embeddings: false, initializer_range: 0.02, bos_token_id: 1, eos_token_id: 2, pad_token_id: 2 },
  });
});

it.each([
  ["rope_parameters of transformers 5", { rope_parameters: { rope_theta: 5e5, rope_type: "default" } }, 5e5],
  ["rope_theta beside a null", { rope_theta: 2e4, rope_scaling: null }, 2e4],
  ["a scaling that scales nothing", { rope_theta: 2e4, rope_scaling: { type: "default" } }, 2e4],
])("finds θ in %s", (_, fields, theta) => {
  expect(read(fields).config.rope_theta).toBe(theta);
});

it("takes several ends, the first as its own, and null for none", () => {
  expect(read({ eos_token_id: [128, 7, 9] })).toMatchObject({ eosIds: [128, 7, 9], config: { eos_token_id: 128 } });
  expect(read({ eos_token_id: 9, pad_token_id: null, bos_token_id: null }).config).toMatchObject({
    eos_token_id: 9,
    pad_token_id: 9,
    bos_token_id: 1,
  });
  expect(read({ pad_token_id: -1 }).config.pad_token_id).toBe(2);
});

it("lets pass what does not change the computation", () => {
  const harmless = { pretraining_tp: 1, use_cache: true, transformers_version: "5.23.0", attention_dropout: 0, x: {} };
  expect(read(harmless)).toEqual(read({}));
});

it.each([
  ["another model", { model_type: "mistral" }, /model_type is "mistral"/],
  ["another head", { architectures: ["LlamaForSequenceClassification"] }, /architectures is \["LlamaForSeq/],
  ["another activation", { hidden_act: "gelu" }, /hidden_act is "gelu"/],
  ["biases in attention", { attention_bias: true }, /attention_bias is true/],
  ["biases in the feed-forward block", { mlp_bias: true }, /mlp_bias is true/],
  ["quantized weights", { quantization_config: { bits: 4 } }, /quantization_config is \{"bits":4\}/],
  ["Llama 3's scaling", { rope_scaling: { rope_type: "llama3", factor: 8 } }, /rope_scaling asks for "llama3"/],
  ["linear scaling", { rope_scaling: { type: "linear", factor: 2 } }, /asks for "linear"/],
  ["the same in the newer place", { rope_parameters: { rope_type: "yarn" } }, /rope_parameters asks for "yarn"/],
  ["a half-rotated head", { rope_parameters: { partial_rotary_factor: 0.5 } }, /partial_rotary_factor is 0.5/],
  ["a missing size", { hidden_size: undefined }, /hidden_size is missing, not a number/],
  ["a size in quotes", { vocab_size: "32000" }, /vocab_size is "32000", not a number/],
  ["an impossible shape", { num_key_value_heads: 3 }, /num_key_value_heads is 3; it must be a divisor/],
  ["an end outside the vocabulary", { eos_token_id: [2, 32000] }, /eos_token_id is \[2,32000\], vocab_size 32000/],
  ["an end that is no number", { eos_token_id: "</s>" }, /eos_token_id is "<\/s>"/],
])("refuses %s", (_, fields, message) => {
  expect(() => read(fields)).toThrow(message);
  expect(() => read(fields)).toThrow(/^config\.json: [^\n]+$/);
  expect(() => read(fields)).toThrow(CourseError);
});
