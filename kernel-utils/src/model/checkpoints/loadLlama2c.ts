import * as tf from "@tensorflow/tfjs";
import { CourseError, messageOf } from "../../errors";
import type { Tokenizer } from "../../text";
import { type LlamaConfig, llamaConfig, parameterSpecs } from "../config";
import { buildModel, type LanguageModel } from "../languageModel";
import { checkFinite } from "./checkWeights";
import { readBytes } from "./files";
import {
  halvesFromPairs,
  headerBytes,
  headerFields,
  isRotated,
  rotaryTables,
  storedNames,
  storedNumbers,
} from "./llama2cLayout";
import { PieceVocabulary } from "./pieceVocabulary";

export interface Llama2c {
  model: LanguageModel;
  vocabulary: PieceVocabulary;
  /** The same pieces as a tokenizer that encodes too, and that a checkpoint can be saved with. */
  tokenizer: Tokenizer;
}

/** Reads a model and a vocabulary of the llama2.c project; the model is a Llama like any other from then on. */
export async function loadLlama2c(modelFile: string, tokenizerFile: string): Promise<Llama2c> {
  const bytes = await readBytes(modelFile);
  const config = readConfig(bytes, modelFile);
  const vocabulary = PieceVocabulary.read(await readBytes(tokenizerFile), config.vocab_size, tokenizerFile);
  const tokenizer = vocabulary.tokenizer(tokenizerFile);
  const weights = readWeights(bytes, config, modelFile);
  const model = buildModel(config, (name, shape) => tf.tensor(weights.get(name)!, shape));
  return { model, vocabulary, tokenizer };
}

function readConfig(bytes: Buffer, file: string): LlamaConfig {
  if (bytes.length < headerBytes) throw new CourseError("bad-file", `${file}: ${bytes.length} bytes; not llama2.c`);
  const header = Array.from({ length: headerFields }, (_, index) => bytes.readInt32LE(index * 4));
  const config = configOf(header, file);
  const expected = headerBytes + 4 * storedNumbers(config);
  if (bytes.length === expected) return config;
  const what = `${bytes.length} bytes, the header [${header}] asks for ${expected}`;
  throw new CourseError("bad-file", `${file}: ${what}; it is truncated or not of llama2.c's first format`);
}

function configOf(header: number[], file: string): LlamaConfig {
  const [dim, hidden, layers, heads, keyHeads, vocabulary, context] = header;
  try {
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
  } catch (cause) {
    throw new CourseError("bad-file", `${file}: ${messageOf(cause)}`, { cause });
  }
}

function readWeights(bytes: Buffer, config: LlamaConfig, file: string): Map<string, Float32Array> {
  const sizes = new Map(parameterSpecs(config).map(({ name, shape }) => [name, shape.reduce((a, b) => a * b, 1)]));
  const numbers = new Float32Array(Uint8Array.from(bytes.subarray(headerBytes)).buffer); // aligned
  const weights = new Map<string, Float32Array>();
  let offset = 0;
  for (const name of storedNames(config)) {
    const size = sizes.get(name) ?? config.max_position_embeddings * config.head_dim;
    const values = numbers.subarray(offset, offset + size);
    offset += size;
    if (name === rotaryTables) continue;
    checkFinite(values, `${file}: ${name}`, "copy it again");
    weights.set(name, isRotated(name) ? halvesFromPairs(values, config) : values);
  }
  return weights;
}
