import { createHash } from "node:crypto";
import type * as tf from "@tensorflow/tfjs";
import { type LanguageModel, RewardModel } from "../../model";
import { scoreName } from "../../model/rewardModel";
import type { Example } from "../batching";

/** SHA-256 of every weight's name, shape and bits; of the adapter's and the reward head's too, where there is one. */
export async function hashWeights(model: LanguageModel | RewardModel): Promise<string> {
  const hash = createHash("sha256");
  for (const [name, weight] of weightsOf(model)) {
    const values = (await weight.data()) as Float32Array;
    hash.update(`${name} [${weight.shape}]\n`);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest("hex");
}

const weightsOf = (model: LanguageModel | RewardModel): [string, tf.Variable][] =>
  model instanceof RewardModel
    ? [...weightsOf(model.body), [scoreName, model.score]]
    : [...model.parameters, ...(model.adapter?.parameters ?? [])];

/** One hash of the weights of several models, each under what it is to the method; a model that is not there is left out. */
export async function hashModels(models: Readonly<Record<string, LanguageModel | RewardModel | undefined>>) {
  const hash = createHash("sha256");
  for (const [role, model] of Object.entries(models)) {
    if (model) hash.update(`${role} ${await hashWeights(model)}\n`);
  }
  return hash.digest("hex");
}

/** SHA-256 of any plain data. */
export const hashJson = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex");

/** SHA-256 of the tokens and labels of each sequence, in order. */
export function hashExamples(examples: readonly Example[]): string {
  const hash = createHash("sha256");
  for (const { tokens, labels } of examples) {
    hash.update(Int32Array.of(tokens.length, ...tokens, ...labels));
  }
  return hash.digest("hex");
}

/** Of what is trained on and, where there is any, of what is only measured. */
export const hashSets = (trained: readonly Example[], heldOut: readonly Example[]): string =>
  [trained, ...(heldOut.length > 0 ? [heldOut] : [])].map(hashExamples).join(" ");
