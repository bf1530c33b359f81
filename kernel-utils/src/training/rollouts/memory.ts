import * as tf from "@tensorflow/tfjs";
import { memoryPlan, type OtherModel, type RewardModel } from "../../model";
import { checkMemoryBudget, gib } from "../../tensor";
import type { SamplerInputs } from "./sampling";
import type { UpdateSettings } from "./updateLoop";

export interface RolloutMemoryOptions {
  /** Replies to each prompt. Default 1. */
  samples?: number;
  /** The method trains a critic beside the policy: one that is given, or one that will be made. */
  critic?: RewardModel | "made";
}

type Sizes = Pick<UpdateSettings, "promptsPerUpdate" | "minibatches" | "accumulationSteps" | "maxNewTokens">;

/**
 * Bytes at the largest moment of an update, part by part: weights of all models (four in PPO), gradients and moments of
 * those that learn, and either a step's activations or the rollout's keys and values. Policy and critic are under one loss,
 * so both forward passes and both gradients are held at once; the critic, which has no vocabulary, is counted like the policy.
 */
export function rolloutMemory(
  { model, tokenizer, prompts, reference }: SamplerInputs,
  { promptsPerUpdate, minibatches, accumulationSteps, maxNewTokens }: Sizes,
  { samples = 1, critic }: RolloutMemoryOptions = {},
): Record<string, number> {
  const longest = prompts.reduce((most, prompt) => Math.max(most, tokenizer.encodePrompt(prompt).length), 0);
  const length = longest + maxNewTokens;
  const replies = Math.min(promptsPerUpdate, prompts.length) * samples;
  const rows = Math.ceil(replies / minibatches / accumulationSteps);
  const { checkpointLayers, config } = model;
  const lora = model.adapter?.settings;
  const value: OtherModel[] = critic ? ["value"] : [];
  const others: OtherModel[] = reference || model.adapter ? value : ["reference", ...value];
  const cache = { rows: replies, slots: length };
  const batch = { rows, length, counted: rows * maxNewTokens };
  const plan = memoryPlan(config, batch, { lora, accumulationSteps, checkpointLayers, others, cache });
  const networks = critic ? 2 : 1;
  const learning = { gradients: networks * plan.gradients, activations: networks * plan.activations };
  const larger = learning.gradients + learning.activations > plan.cache ? learning : { cache: plan.cache };
  const isHeld: OtherModel[] = critic && critic !== "made" ? ["value"] : []; // these weights are in numBytes already
  const held = memoryPlan(config, batch, { lora, others: isHeld }).weights;
  const rest = Math.max(0, tf.memory().numBytes - held);
  return { weights: plan.weights, moments: plan.moments, ...larger, "other tensors": rest };
}

/** Refuses a run whose largest moment would not fit into the wasm heap, before the first reply. */
export function checkRolloutMemory(
  method: string,
  inputs: SamplerInputs,
  settings: Sizes,
  options: RolloutMemoryOptions = {},
): void {
  if (tf.getBackend() !== "wasm") return;
  const replies = Math.min(settings.promptsPerUpdate, inputs.prompts.length) * (options.samples ?? 1);
  const accumulationSteps = Math.ceil(replies / settings.minibatches); // one reply a pass
  const least = Object.values(rolloutMemory(inputs, { ...settings, accumulationSteps }, options));
  const need = gib(least.reduce((sum, bytes) => sum + bytes, 0));
  const wayOut = `take fewer promptsPerUpdate, or accumulationSteps: ${accumulationSteps} (${need})`;
  checkMemoryBudget(`${method}: an update`, rolloutMemory(inputs, settings, options), wayOut);
}
