import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CourseError, messageOf } from "../../errors";
import {
  configForSize,
  createModel,
  type LanguageModel,
  loadCheckpoint,
  RewardModel,
  saveAdapter,
  saveCheckpoint,
} from "../../model";
import { Random } from "../../tensor";
import { type ChatText, Tokenizer } from "../../text";
import type { RunOptions } from "../loop";
import type { TrainingRun } from "../run/trainingRun";
import { methods } from "./methods";
import { type NamedRewards, namedReward, openRewardModel } from "./rewardSource";
import type { ModelSource, RunConfig } from "./runConfig";

type Loaded = { model: LanguageModel; tokenizer: Tokenizer };

export interface StartOptions extends Pick<RunOptions, "onStep" | "evaluate" | "evaluateEvery" | "onEvaluate"> {
  folder: string;
  resume?: boolean;
  progress?: boolean;
  /** Trains or reads a stage of the course; which stages there are is known above this layer. */
  courseModel?: (stage: string, seed: number) => Promise<Loaded>;
  /** The rewards that a configuration may name; which there are is known above this layer, too. */
  rewards?: NamedRewards;
}

/** Does what a configuration says, and leaves the trained model in the run's folder as `model` or `adapter`. */
export async function startRun(
  config: RunConfig,
  { progress = false, courseModel, rewards = {}, ...run }: StartOptions,
): Promise<TrainingRun> {
  const { seed, lora, checkpointEvery, evaluation } = config;
  const method = methods[config.method];
  const data = await method.read(config.data);
  const heldOut = evaluation && (await method.read(evaluation.data));
  const judge = config.reward;
  const prompts = method.judged ? ([data, heldOut ?? []].flat() as ChatText[]) : []; // what such a method reads
  const named = judge && "name" in judge ? namedReward(judge.name, rewards, prompts) : undefined;
  const { model, tokenizer } = await loadModel(config.model, seed, courseModel);
  const owned: { dispose?: () => void }[] = [model];
  try {
    if (lora) model.addAdapter(lora, new Random(`adapter ${seed}`));
    const reward = judge && "model" in judge ? await openRewardModel(judge.model, tokenizer) : named;
    if (reward instanceof RewardModel) owned.push(reward);
    const options = { ...config.options, seed, progress };
    const trainer = method.prepare({ model, tokenizer, data, heldOut, options, reward });
    owned.push(trainer);
    const evaluateEvery = evaluation?.everySteps ?? run.evaluateEvery;
    const done = await trainer.run({ ...run, evaluateEvery, checkpointEvery, request: config.content });
    const record = { method: done.method, seed };
    if (trainer.save) await trainer.save(join(run.folder, "model"), record);
    else if (model.adapter) await saveAdapter(join(run.folder, "adapter"), model.adapter);
    else await saveCheckpoint(join(run.folder, "model"), model, tokenizer, record);
    return done;
  } finally {
    for (const one of owned) one.dispose?.();
  }
}

async function loadModel(source: ModelSource, seed: number, courseModel: StartOptions["courseModel"]): Promise<Loaded> {
  if ("checkpoint" in source) return loadCheckpoint(source.checkpoint);
  if ("course" in source) {
    if (courseModel) return courseModel(source.course, source.seed ?? seed);
    throw new CourseError("usage", "startRun: models of the course need courseModel; pass it, or name a checkpoint");
  }
  const tokenizer = Tokenizer.fromWords(await wordsOf(source.vocabulary));
  const shape = configForSize(source.size, tokenizer.vocabularySize);
  return { tokenizer, model: createModel(shape, new Random(`run ${seed}`).fork("initial weights")) };
}

/** The different words of a text file, in the order of the alphabet: a list of words, or simply the training text. */
async function wordsOf(file: string): Promise<string[]> {
  try {
    return [...new Set((await readFile(file, "utf8")).split(/\s+/).filter(Boolean))].sort();
  } catch (cause) {
    throw new CourseError("bad-file", `${file}: cannot be read (${messageOf(cause)}); check model.vocabulary`, {
      cause,
    });
  }
}
