import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../errors";
import type { Tokenizer } from "../../text";
import { existingFolder, writeFolder } from "../atomicFolder";
import { RewardModel, scoreName } from "../rewardModel";
import { checkFinite, checkNames } from "./checkWeights";
import { configFromJson, configJson } from "./configJson";
import { type JsonObject, json, readJson, readJsonIfPresent } from "./files";
import { loadModel, loadTokenizer } from "./loadCheckpoint";
import { encodeSafetensors, type NamedArray } from "./safetensors";
import { type OpenWeights, openWeights } from "./shards";

const architecture = "LlamaForSequenceClassification";

export interface RewardCheckpoint {
  model: RewardModel;
  tokenizer: Tokenizer;
  extra: JsonObject;
}

/**
 * A folder that Hugging Face loads as `LlamaForSequenceClassification` with one label: `score.weight` [1, d] beside the
 * body's weights, float32. Its score of a text is ours where a row ends in a token other than padding. The old folder
 * stays until the new is whole.
 */
export async function saveRewardModel(
  folder: string,
  model: RewardModel,
  tokenizer: Tokenizer,
  extra: Record<string, unknown> = {},
): Promise<void> {
  if (model.body.adapter) {
    throw new CourseError(
      "usage",
      "saveRewardModel: the body has an adapter; mergeAdapter() and removeAdapter() first",
    );
  }
  const tensors = new Map<string, NamedArray>();
  for (const [name, parameter] of [...model.body.parameters, [scoreName, model.score] as const]) {
    const values = (await parameter.data()) as Float32Array;
    checkFinite(values, `saveRewardModel: ${name}`, "the model is broken; go back to an earlier one");
    tensors.set(name, { shape: parameter.shape, values });
  }
  const labels = { num_labels: 1, id2label: { 0: "reward" }, label2id: { reward: 0 }, problem_type: "regression" };
  await writeFolder(folder, {
    "model.safetensors": encodeSafetensors(tensors),
    "config.json": json({ ...configJson(model.body.config, "float32"), architectures: [architecture], ...labels }),
    "tokenizer.json": json(tokenizer.toJSON()),
    "tokenizer_config.json": json(tokenizer.configJSON()),
    "run.json": json(extra),
  });
}

/** Reads a reward model with one label, of ours or of anyone's; everything is checked before it is built. */
export async function loadRewardModel(folder: string): Promise<RewardCheckpoint> {
  const found = existingFolder(folder);
  if (!found) {
    throw new CourseError("bad-file", `loadRewardModel: ${folder} does not exist; save a reward model there first`);
  }
  const configFile = join(found, "config.json");
  const content = await readJson(configFile);
  if (!Array.isArray(content.architectures) || !content.architectures.includes(architecture)) {
    const seen = JSON.stringify(content.architectures);
    throw new CourseError("bad-file", `${configFile}: architectures is ${seen}; a reward model is a ${architecture}`);
  }
  const asBody = { ...content, architectures: ["LlamaForCausalLM"], tie_word_embeddings: true };
  const { config } = configFromJson(asBody, configFile);
  const weights = await openWeights(found);
  try {
    const score = await readScore(weights, config.hidden_size);
    const tensors = new Map([...weights.tensors].filter(([name]) => name !== scoreName && name !== "lm_head.weight"));
    const body = { ...weights, tensors };
    checkNames(config, body);
    const tokenizer = await loadTokenizer(found, config);
    const extra = (await readJsonIfPresent(join(found, "run.json"))) ?? {};
    const model = await loadModel(config, body);
    return {
      model: new RewardModel(
        model,
        tf.tidy(() => tf.variable(tf.tensor2d(score, [1, score.length]))),
      ),
      tokenizer,
      extra,
    };
  } finally {
    await weights.close();
  }
}

async function readScore({ tensors, where }: OpenWeights, width: number): Promise<Float32Array> {
  const found = tensors.get(scoreName);
  const fix = "take a reward model with one label";
  if (!found) throw new CourseError("bad-file", `${where}: ${scoreName} is missing; ${fix}`);
  const { shape } = found.entry;
  if (shape.join() !== `1,${width}`) {
    throw new CourseError("bad-file", `${where}: ${scoreName} has shape [${shape}], expected [1,${width}]; ${fix}`);
  }
  const values = await found.file.read(found.entry);
  checkFinite(values, `${where}: ${scoreName}`, "take an earlier checkpoint");
  return values;
}
