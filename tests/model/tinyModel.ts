import { createModel, type LanguageModel, type LlamaConfig, llamaConfig } from "../../kernel-utils/src/model";
import { Random } from "../../kernel-utils/src/tensor";

/** One layer, width 8, two query heads on one key/value head; weights large enough for every part to matter. */
export const tinyConfig = (overrides: Partial<LlamaConfig> = {}): LlamaConfig =>
  llamaConfig({
    vocab_size: 11,
    hidden_size: 8,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    num_key_value_heads: 1,
    intermediate_size: 12,
    initializer_range: 0.4,
    ...overrides,
  });

export const tinyModel = (overrides: Partial<LlamaConfig> = {}, seed = 1): LanguageModel =>
  createModel(tinyConfig(overrides), new Random(seed));
