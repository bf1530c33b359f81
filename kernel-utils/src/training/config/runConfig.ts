import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { CourseError, messageOf } from "../../errors";
import { type LoraOptions, type Preset, presets, projectionNames } from "../../model";
import {
  checkFields,
  type Fields,
  isObject,
  type JsonObject,
  listOf,
  oneOf,
  positive,
  required,
  share,
  text,
  whole,
} from "./fields";
import { methodNames, methods } from "./methods";

/** Where the model comes from: a folder in Hugging Face's layout, a stage of the course, or new weights. */
export type ModelSource =
  | { checkpoint: string }
  | { course: string; seed?: number }
  | { size: Preset | number; vocabulary: string };

/** A training run as one JSON file; paths in it are relative to it. */
export interface RunConfig {
  method: string;
  model: ModelSource;
  /** Records, JSONL; plain text for `pretrain`. */
  data: string;
  seed: number;
  lora?: LoraOptions;
  checkpointEvery?: number;
  /** The method's own keys, as its trainer takes them. */
  options: JsonObject;
  /** The object as it was written; kept with the run. */
  content: JsonObject;
}

const object = { rule: "an object", accepts: isObject };

const commonFields: Fields = {
  method: required(oneOf(methodNames)),
  model: required(object),
  data: required(text),
  seed: whole(0),
  lora: object,
  checkpointEvery: whole(1),
};

const loraFields: Fields = { rank: whole(1), alpha: positive, dropout: share, targets: listOf(projectionNames) };

const modelKinds: Record<string, Fields> = {
  checkpoint: { checkpoint: required(text) },
  course: { course: required(text), seed: whole(0) },
  size: {
    size: required({
      rule: `a number of parameters, or ${Object.keys(presets).join(", ")}`,
      accepts: (value) => (typeof value === "number" && value > 0) || Object.hasOwn(presets, value as string),
    }),
    vocabulary: required(text),
  },
};

/** @param where names the file in errors */
export function parseRunConfig(content: unknown, where: string, folder = "."): RunConfig {
  if (!isObject(content)) throw new CourseError("bad-value", `${where}: is no JSON object; write {"method": …}`);
  const { method: name } = content;
  const method = typeof name === "string" && Object.hasOwn(methods, name) ? methods[name] : undefined;
  checkFields(where, content, { ...commonFields, ...(method?.fields ?? {}) });
  const { model, data, seed = 0, lora, checkpointEvery, ...rest } = content;
  if (lora) checkFields(`${where}: lora`, lora as JsonObject, loraFields);
  const { method: _, ...options } = rest;
  return {
    method: name as string,
    model: parseModel(model as JsonObject, `${where}: model`, folder),
    data: resolve(folder, data as string),
    seed: seed as number,
    options,
    content,
    ...(lora !== undefined && { lora: lora as LoraOptions }),
    ...(checkpointEvery !== undefined && { checkpointEvery: checkpointEvery as number }),
  };
}

function parseModel(model: JsonObject, where: string, folder: string): ModelSource {
  const kind = Object.keys(modelKinds).find((name) => name in model);
  if (!kind) {
    throw new CourseError("bad-value", `${where}: names no source; give one of ${Object.keys(modelKinds).join(", ")}`);
  }
  checkFields(where, model, modelKinds[kind]);
  const paths = ["checkpoint", "vocabulary"].filter((name) => name in model);
  return {
    ...model,
    ...Object.fromEntries(paths.map((name) => [name, resolve(folder, model[name] as string)])),
  } as ModelSource;
}

/** Reads and checks a configuration. */
export async function readRunConfig(file: string): Promise<RunConfig> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    const reason = messageOf(cause);
    throw new CourseError("bad-file", `${file}: cannot be read as JSON (${reason}); write one JSON object`, { cause });
  }
  return parseRunConfig(content, file, dirname(file));
}
