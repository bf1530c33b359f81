import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import { Tokenizer, tokenizerConfig } from "../text";
import { existingFolder, writeFolder } from "./atomicFolder";
import { type LlamaConfig, llamaConfig, parameterSpecs } from "./config";
import { buildModel, type LanguageModel } from "./languageModel";
import { decodeSafetensors, encodeSafetensors, type NamedArray } from "./safetensors";

export interface Checkpoint {
  model: LanguageModel;
  tokenizer: Tokenizer;
  /** What `saveCheckpoint` was given beside model and tokenizer. */
  extra: Record<string, unknown>;
}

/**
 * A folder that Hugging Face's libraries load as a Llama: `model.safetensors`, `config.json`, `tokenizer.json`,
 * `tokenizer_config.json`; and `run.json` with anything else worth keeping. The old folder stays until the new is whole.
 */
export async function saveCheckpoint(
  folder: string,
  model: LanguageModel,
  tokenizer: Tokenizer,
  extra: Record<string, unknown> = {},
): Promise<void> {
  const tensors = new Map<string, NamedArray>();
  for (const [name, parameter] of model.parameters) {
    const values = (await parameter.data()) as Float32Array;
    checkFinite(values, `saveCheckpoint: ${name}`, "the model is broken; go back to an earlier one");
    tensors.set(name, { shape: parameter.shape, values });
  }
  await writeFolder(folder, {
    "model.safetensors": encodeSafetensors(tensors),
    "config.json": json(configJson(model.config)),
    "tokenizer.json": json(tokenizer.toJSON()),
    "tokenizer_config.json": json(tokenizerConfig()),
    "run.json": json(extra),
  });
}

export async function loadCheckpoint(folder: string): Promise<Checkpoint> {
  const found = existingFolder(folder);
  if (!found)
    throw new CourseError("bad-file", `loadCheckpoint: ${folder} does not exist; save a checkpoint there first`);
  const config = configFromJson(await readJson(join(found, "config.json")), join(found, "config.json"));
  const tokenizer = Tokenizer.fromJSON(await readJson(join(found, "tokenizer.json")));
  const extra = (await readJson(join(found, "run.json"))) as Record<string, unknown>;
  const file = join(found, "model.safetensors");
  const { tensors } = decodeSafetensors(await readBytes(file), file);
  checkWeights(config, tensors, file);
  const model = buildModel(config, (name, shape) => tf.tensor(tensors.get(name)!.values, shape));
  return { model, tokenizer, extra };
}

/** The fields that Hugging Face's LlamaConfig has beside ours. */
const configJson = (config: LlamaConfig) => ({
  architectures: ["LlamaForCausalLM"],
  model_type: "llama",
  ...config,
  hidden_act: "silu",
  attention_bias: false,
  mlp_bias: false,
  torch_dtype: "float32",
});

function configFromJson(content: unknown, file: string): LlamaConfig {
  const { architectures, model_type, hidden_act, attention_bias, mlp_bias, torch_dtype, ...fields } =
    content as ReturnType<typeof configJson>;
  if (model_type !== "llama" || hidden_act !== "silu" || attention_bias || mlp_bias) {
    throw new CourseError(
      "bad-file",
      `${file}: model_type ${model_type}, hidden_act ${hidden_act}; only Llama is read`,
    );
  }
  return llamaConfig(fields);
}

function checkWeights(config: LlamaConfig, tensors: Map<string, NamedArray>, file: string): void {
  for (const { name, shape } of parameterSpecs(config)) {
    const tensor = tensors.get(name);
    const fix = "take weights and config.json from the same checkpoint";
    if (!tensor) throw new CourseError("bad-file", `${file}: ${name} is missing; ${fix}`);
    if (!tf.util.arraysEqual(tensor.shape as number[], shape)) {
      const shapes = `has shape [${tensor.shape}], config.json asks for [${shape}]`;
      throw new CourseError("bad-file", `${file}: ${name} ${shapes}; ${fix}`);
    }
    checkFinite(tensor.values, `${file}: ${name}`, "take an earlier checkpoint");
  }
}

function checkFinite(values: Float32Array, where: string, fix: string): void {
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index >= 0) throw new CourseError("not-finite", `${where} is ${values[index]} at ${index}; ${fix}`);
}

const json = (content: unknown): string => `${JSON.stringify(content, null, 2)}\n`;

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new CourseError("bad-file", `${file}: cannot be read; save the checkpoint again`, { cause });
  }
}

async function readJson(file: string): Promise<unknown> {
  const text = Buffer.from(await readBytes(file)).toString("utf8");
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CourseError("bad-file", `${file}: not JSON; save the checkpoint again`, { cause });
  }
}
