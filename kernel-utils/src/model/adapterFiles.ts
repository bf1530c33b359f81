import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { CourseError, messageOf } from "../errors";
import { existingFolder, writeFolder } from "./atomicFolder";
import { decodeSafetensors, encodeSafetensors, type NamedArray } from "./checkpoints/safetensors";
import type { LanguageModel } from "./languageModel";
import {
  buildAdapter,
  type LoraAdapter,
  type LoraOptions,
  type LoraSettings,
  loraSettings,
  loraSpecs,
  projectionNames,
} from "./lora";

/** PEFT wraps a model twice, and its files say so. */
const prefix = "base_model.model.";

/**
 * The adapter alone, as a folder that Hugging Face's PEFT opens: `adapter_model.safetensors` and `adapter_config.json`.
 * The old folder stays until the new is whole.
 *
 * @param baseModel where PEFT finds the model that the adapter belongs to
 */
export async function saveAdapter(folder: string, adapter: LoraAdapter, baseModel?: string): Promise<void> {
  const tensors = new Map<string, NamedArray>();
  for (const [name, parameter] of adapter.parameters) {
    const values = (await parameter.data()) as Float32Array;
    checkFinite(values, `saveAdapter: ${name}`, "the adapter is broken; go back to an earlier one");
    tensors.set(`${prefix}${name}`, { shape: parameter.shape, values });
  }
  await writeFolder(folder, {
    "adapter_model.safetensors": encodeSafetensors(tensors),
    "adapter_config.json": `${JSON.stringify(configJson(adapter.settings, baseModel), null, 2)}\n`,
  });
}

/** Reads an adapter that PEFT or `saveAdapter` wrote and puts it beside the model's weights. */
export async function loadAdapter(folder: string, model: LanguageModel): Promise<LoraAdapter> {
  const found = existingFolder(folder);
  if (!found) throw new CourseError("bad-file", `loadAdapter: ${folder} does not exist; save an adapter there first`);
  const settings = settingsFrom(await readJson(join(found, "adapter_config.json")), join(found, "adapter_config.json"));
  const file = join(found, "adapter_model.safetensors");
  const { tensors } = decodeSafetensors(await readBytes(file), file);
  checkTensors(model, settings, tensors, file);
  return model.useAdapter(
    buildAdapter(model.config, settings, (name, shape) => tf.tensor2d(tensors.get(`${prefix}${name}`)!.values, shape)),
  );
}

function configJson({ rank, alpha, targets, dropout }: LoraSettings, baseModel?: string) {
  return {
    peft_type: "LORA",
    task_type: "CAUSAL_LM",
    base_model_name_or_path: baseModel ?? null,
    r: rank,
    lora_alpha: alpha,
    lora_dropout: dropout,
    target_modules: [...targets],
    bias: "none",
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    use_rslora: false,
    use_dora: false,
  };
}

/** What else PEFT's LoRA can do; a file that does it would not mean here what it means there. */
const unsupported: Record<string, (value: unknown) => boolean> = {
  use_rslora: Boolean,
  use_dora: Boolean,
  fan_in_fan_out: Boolean,
  lora_bias: Boolean,
  bias: (value) => value !== undefined && value !== "none",
  modules_to_save: isFilled,
  layers_to_transform: isFilled,
  rank_pattern: isFilled,
  alpha_pattern: isFilled,
  target_parameters: isFilled,
};

function isFilled(value: unknown): boolean {
  return typeof value === "number" || (typeof value === "object" && value !== null && Object.keys(value).length > 0);
}

function settingsFrom(content: Record<string, unknown>, file: string): LoraSettings {
  if (content.peft_type !== "LORA") {
    throw new CourseError("bad-file", `${file}: peft_type is ${content.peft_type}; only LORA is read`);
  }
  for (const [field, isUsed] of Object.entries(unsupported)) {
    if (!isUsed(content[field])) continue;
    throw new CourseError(
      "bad-file",
      `${file}: ${field} is ${JSON.stringify(content[field])}; only plain LoRA is read`,
    );
  }
  const modules = content.target_modules;
  const targets = modules === "all-linear" ? projectionNames : modules;
  if (!Array.isArray(targets)) {
    throw new CourseError("bad-file", `${file}: target_modules is ${JSON.stringify(modules)}; write a list of names`);
  }
  const { r: rank, lora_alpha: alpha, lora_dropout: dropout = 0 } = content;
  const options = { rank, alpha, dropout, targets } as LoraOptions; // whose every field loraSettings checks
  try {
    return loraSettings(options);
  } catch (thrown) {
    throw new CourseError("bad-file", `${file}: ${messageOf(thrown)}`);
  }
}

function checkTensors(
  model: LanguageModel,
  settings: LoraSettings,
  tensors: ReadonlyMap<string, NamedArray>,
  file: string,
): void {
  const specs = loraSpecs(model.config, settings);
  const fix = "take the adapter that was trained on this model";
  for (const { name, shape } of specs) {
    const tensor = tensors.get(`${prefix}${name}`);
    if (!tensor) throw new CourseError("bad-file", `${file}: ${prefix}${name} is missing; ${fix}`);
    if (!tf.util.arraysEqual([...tensor.shape], shape)) {
      const shapes = `has shape [${tensor.shape}], the model needs [${shape}]`;
      throw new CourseError("bad-file", `${file}: ${prefix}${name} ${shapes}; ${fix}`);
    }
    checkFinite(tensor.values, `${file}: ${name}`, "take an earlier adapter");
  }
  const known = new Set(specs.map(({ name }) => `${prefix}${name}`));
  const extra = [...tensors.keys()].find((name) => !known.has(name));
  if (extra) throw new CourseError("bad-file", `${file}: ${extra} belongs to no adapted projection; ${fix}`);
}

function checkFinite(values: Float32Array, where: string, fix: string): void {
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index >= 0) throw new CourseError("not-finite", `${where} is ${values[index]} at ${index}; ${fix}`);
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new CourseError("bad-file", `${file}: cannot be read; save the adapter again`, { cause });
  }
}

async function readJson(file: string): Promise<Record<string, unknown>> {
  const text = Buffer.from(await readBytes(file)).toString("utf8");
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content === "object" && content !== null) return content as Record<string, unknown>;
  } catch {
    // said below
  }
  throw new CourseError("bad-file", `${file}: not a JSON object; save the adapter again`);
}
