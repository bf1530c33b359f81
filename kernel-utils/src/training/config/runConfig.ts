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

/** What judges sampled replies: a trained reward model's folder, or a reward that has a name. */
export type RewardChoice = { model: string } | { name: string };

/** Measurements during training, on records that are not trained on. */
export interface EvaluationConfig {
  /** As the method's own data; prompts of any records for a method that samples. */
  data: string;
  /** Steps, or updates, between evaluations. Default: a tenth of them. */
  everySteps?: number;
}

/** A training run as one JSON file; paths in it are relative to it. */
export interface RunConfig {
  method: string;
  model: ModelSource;
  /** Records, JSONL; plain text for `pretrain`. */
  data: string;
  seed: number;
  lora?: LoraOptions;
  checkpointEvery?: number;
  evaluation?: EvaluationConfig;
  /** Given for a method that samples, and only there. */
  reward?: RewardChoice;
  /** The method's own keys, as its trainer takes them. */
  options: JsonObject;
  /** The object as it was written; kept with the run. */
  content: JsonObject;
}

const object = { rule: "an object", accepts: isObject };

export const commonFields: Fields = {
  method: required(oneOf(methodNames)),
  model: required(object),
  data: required(text),
  seed: whole(0),
  lora: object,
  checkpointEvery: whole(1),
  evaluation: object,
};

export const judgedFields: Fields = {
  reward: { ...text, rule: 'the name of a reward: "gold" is the world\'s' },
  rewardModel: { ...text, rule: "the folder of a reward model, as method reward leaves it" },
};

export const evaluationFields: Fields = { data: required(text), everySteps: whole(1) };

export const loraFields: Fields = { rank: whole(1), alpha: positive, dropout: share, targets: listOf(projectionNames) };

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
  if (name !== undefined) checkFields(where, { method: name }, { method: commonFields.method }); // it decides all other keys
  const own = { ...(method?.judged && judgedFields), ...method?.fields };
  checkFields(where, content, { ...commonFields, ...own });
  const { model, data, seed = 0, lora, checkpointEvery, evaluation, reward, rewardModel, ...rest } = content;
  if (lora) checkFields(`${where}: lora`, lora as JsonObject, loraFields);
  if (evaluation) checkFields(`${where}: evaluation`, evaluation as JsonObject, evaluationFields);
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
    ...(evaluation !== undefined && { evaluation: resolved(evaluation as EvaluationConfig, folder) }),
    ...(method?.judged && { reward: parseReward(where, folder, reward, rewardModel) }),
  };
}

const resolved = (evaluation: EvaluationConfig, folder: string): EvaluationConfig => ({
  ...evaluation,
  data: resolve(folder, evaluation.data),
});

function parseReward(where: string, folder: string, reward: unknown, rewardModel: unknown): RewardChoice {
  if (reward !== undefined && rewardModel !== undefined) {
    throw new CourseError("bad-value", `${where}: has both reward and rewardModel; keep the one that is to judge`);
  }
  if (reward !== undefined) return { name: reward as string };
  if (rewardModel !== undefined) return { model: resolve(folder, rewardModel as string) };
  throw new CourseError("bad-value", `${where}: nothing judges the replies; give reward ("gold") or rewardModel`);
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
