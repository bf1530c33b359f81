import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { CourseError, messageOf } from "../../errors";
import { readTokenizer, type Tokenizer } from "../../text";
import { existingFolder } from "../atomicFolder";
import { type LlamaConfig, parameterSpecs } from "../config";
import { buildModel, type LanguageModel } from "../languageModel";
import { checkFinite, checkNames, checkTiedCopy } from "./checkWeights";
import { configFromJson, type ReadConfig } from "./configJson";
import { type JsonObject, readIfPresent, readJson, readJsonIfPresent } from "./files";
import { type OpenWeights, openWeights } from "./shards";

export interface Checkpoint {
  model: LanguageModel;
  /** The course's own where `tokenizer.json` holds one, otherwise Hugging Face's. */
  tokenizer: Tokenizer;
  /** Each of these ends a reply. `model.config.eos_token_id`, the first, is the one that `generate` stops at. */
  eosIds: number[];
  /** What `saveCheckpoint` was given beside model and tokenizer. */
  extra: JsonObject;
}

/**
 * Reads a folder in Hugging Face's layout, of ours or of anyone's: one weights file or shards, float32, bfloat16 or
 * float16. Everything is checked before the model is built; what is wrong is one line that names the file.
 */
export async function loadCheckpoint(folder: string): Promise<Checkpoint> {
  const found = existingFolder(folder);
  if (!found) {
    throw new CourseError("bad-file", `loadCheckpoint: ${folder} does not exist; save a checkpoint there first`);
  }
  const configFile = join(found, "config.json");
  const read = configFromJson({ ...(await readJson(configFile)), ...(await readEnds(found)) }, configFile);
  const weights = await openWeights(found);
  try {
    checkNames(read.config, weights);
    const tokenizer = await loadTokenizer(found, read.config);
    const { config, eosIds } = preferTokenizersEnd(read, tokenizer);
    const extra = (await readJsonIfPresent(join(found, "run.json"))) ?? {};
    return { model: await loadModel(config, weights), tokenizer, eosIds, extra };
  } finally {
    await weights.close();
  }
}

/** Where there is a generation config, its end tokens are those that count; chat models list more of them there. */
async function readEnds(folder: string): Promise<JsonObject> {
  const { eos_token_id: ends } = (await readJsonIfPresent(join(folder, "generation_config.json"))) ?? {};
  return ends === undefined || ends === null ? {} : { eos_token_id: ends };
}

export async function loadTokenizer(folder: string, config: LlamaConfig): Promise<Tokenizer> {
  const file = join(folder, "tokenizer.json");
  const content = await readJson(file);
  const settings = await readSettings(folder);
  const tokenizer = parseTokenizer(content, settings, config, file);
  if (tokenizer.vocabularySize > config.vocab_size) {
    const what = `${tokenizer.vocabularySize} tokens, config.json has vocab_size ${config.vocab_size}`;
    throw new CourseError("bad-file", `${file}: ${what}; take both from the same checkpoint`);
  }
  return tokenizer;
}

/** Newer releases of transformers keep the chat template in a file of its own. */
async function readSettings(folder: string): Promise<JsonObject> {
  const settings = (await readJsonIfPresent(join(folder, "tokenizer_config.json"))) ?? {};
  const template = await readIfPresent(join(folder, "chat_template.jinja"));
  return template ? { ...settings, chat_template: template.toString("utf8") } : settings;
}

function parseTokenizer(content: JsonObject, settings: JsonObject, config: LlamaConfig, file: string): Tokenizer {
  const { bos_token_id: bosId, eos_token_id: eosId, pad_token_id: padId, vocab_size: vocabularySize } = config;
  try {
    return readTokenizer(content, settings, { bosId, eosId, padId, vocabularySize });
  } catch (cause) {
    throw new CourseError("bad-file", `${file}: ${messageOf(cause)}`, { cause });
  }
}

/** Of several end tokens the one that the tokenizer closes a reply with comes first. */
function preferTokenizersEnd({ config, eosIds }: ReadConfig, { eosId }: Tokenizer): ReadConfig {
  if (!eosIds.includes(eosId)) return { config, eosIds };
  const ordered = [eosId, ...eosIds.filter((id) => id !== eosId)];
  return { config: { ...config, eos_token_id: eosId }, eosIds: ordered };
}

export async function loadModel(config: LlamaConfig, weights: OpenWeights): Promise<LanguageModel> {
  await checkTiedCopy(config, weights);
  const values = new Map<string, Float32Array>();
  for (const { name } of parameterSpecs(config)) {
    const { entry, file } = weights.tensors.get(name)!;
    const numbers = await file.read(entry);
    checkFinite(numbers, `${file.file}: ${name}`, "take an earlier checkpoint");
    values.set(name, numbers);
  }
  return buildModel(config, (name, shape) => {
    const numbers = values.get(name)!;
    values.delete(name); // the backend has its copy
    return tf.tensor(numbers, shape);
  });
}
