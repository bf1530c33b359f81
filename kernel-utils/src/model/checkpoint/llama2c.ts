import { readFile } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../errors";
import { type LlamaConfig, llamaConfig, parameterSpecs } from "../config";
import { buildModel, type LanguageModel } from "../languageModel";
import { PieceVocabulary } from "./pieceVocabulary";

/**
 * Reads a model of the llama2.c project (github.com/karpathy/llama2.c, first export format, float32): seven int32
 * (dim, hidden, layers, heads, key/value heads, vocabulary, context; a positive vocabulary size means tied embeddings),
 * then the weights, each kind stacked over the layers. Its rotary embedding turns the pairs (0,1), (2,3) …; the rows of
 * the query and key projections are put in Hugging Face's order here, which turns i with i + D/2. The products are the
 * same, and the model is a Llama like any other from then on.
 */
export async function loadLlama2c(
  modelFile: string,
  tokenizerFile: string,
): Promise<{ model: LanguageModel; vocabulary: PieceVocabulary }> {
  const bytes = await readFile(modelFile);
  const config = readConfig(bytes, modelFile);
  const weights = readWeights(bytes, config, modelFile);
  const model = buildModel(config, (name, shape) => tf.tensor(weights.get(name)!, shape));
  return { model, vocabulary: PieceVocabulary.read(await readFile(tokenizerFile), config.vocab_size, tokenizerFile) };
}

const headerLength = 7 * 4;

function readConfig(bytes: Buffer, file: string): LlamaConfig {
  if (bytes.length < headerLength) throw new CourseError("bad-file", `${file}: ${bytes.length} bytes; not llama2.c`);
  const [dim, hidden, layers, heads, keyHeads, vocabulary, context] = Array.from({ length: 7 }, (_, i) =>
    bytes.readInt32LE(i * 4),
  );
  return llamaConfig({
    vocab_size: Math.abs(vocabulary),
    hidden_size: dim,
    intermediate_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: keyHeads,
    head_dim: dim / heads,
    max_position_embeddings: context,
    tie_word_embeddings: vocabulary > 0,
  });
}

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

function readWeights(bytes: Buffer, config: LlamaConfig, file: string): Map<string, Float32Array> {
  const shapes = new Map(parameterSpecs(config).map(({ name, shape }) => [name, shape]));
  const weights = new Map<string, Float32Array>();
  let offset = headerLength;
  const take = (name: string): void => {
    const size = shapes.get(name)!.reduce((product, length) => product * length, 1);
    if (offset + size * 4 > bytes.length)
      throw new CourseError("bad-file", `${file}: truncated in ${name}; copy it again`);
    const values = Float32Array.from({ length: size }, (_, index) => bytes.readFloatLE(offset + index * 4));
    offset += size * 4;
    const isRotated = name.includes("q_proj") || name.includes("k_proj");
    weights.set(name, isRotated ? halvesFromPairs(values, config) : values);
  };
  take("model.embed_tokens.weight");
  for (const part of stackedParts) {
    for (let layer = 0; layer < config.num_hidden_layers; layer++) take(`model.layers.${layer}.${part}.weight`);
  }
  take("model.norm.weight");
  offset += config.max_position_embeddings * config.head_dim * 4; // two tables of cosines and sines, computed here
  if (!config.tie_word_embeddings) take("lm_head.weight");
  return weights;
}

/** Rows 0, 2, 4 … of each head, then 1, 3, 5 …: what was pair (2i, 2i+1) becomes (i, i + D/2). */
function halvesFromPairs(values: Float32Array, { head_dim: D, hidden_size: d }: LlamaConfig): Float32Array {
  const ordered = new Float32Array(values.length);
  for (let row = 0; row < values.length / d; row++) {
    const [head, index] = [Math.floor(row / D), row % D];
    const source = head * D + (index < D / 2 ? 2 * index : 2 * (index - D / 2) + 1);
    ordered.set(values.subarray(source * d, (source + 1) * d), row * d);
  }
  return ordered;
}
