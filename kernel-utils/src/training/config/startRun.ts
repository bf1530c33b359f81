import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CourseError, messageOf } from "../../errors";
import {
  configForSize,
  createModel,
  type LanguageModel,
  loadCheckpoint,
  saveAdapter,
  saveCheckpoint,
} from "../../model";
import { Random } from "../../tensor";
import { Tokenizer } from "../../text";
import type { RunOptions } from "../loop";
import type { TrainingRun } from "../run/trainingRun";
import { methods } from "./methods";
import type { ModelSource, RunConfig } from "./runConfig";

type Loaded = { model: LanguageModel; tokenizer: Tokenizer };

export interface StartOptions extends Pick<RunOptions, "onStep" | "evaluate" | "evaluateEvery" | "onEvaluate"> {
  folder: string;
  resume?: boolean;
  progress?: boolean;
  /** Trains or reads a stage of the course; which stages there are is known above this layer. */
  courseModel?: (stage: string, seed: number) => Promise<Loaded>;
}

/** Does what a configuration says, and leaves the trained model in the run's folder as `model` or `adapter`. */
export async function startRun(
  config: RunConfig,
  { progress = false, courseModel, ...run }: StartOptions,
): Promise<TrainingRun> {
  const { seed, lora, checkpointEvery } = config;
  const method = methods[config.method];
  const data = await method.read(config.data);
  const { model, tokenizer } = await loadModel(config.model, seed, courseModel);
  try {
    if (lora) model.addAdapter(lora, new Random(`adapter ${seed}`));
    const trainer = method.trainer(model, tokenizer, data, { ...config.options, seed, progress });
    const done = await trainer.run({ ...run, checkpointEvery, request: config.content });
    if (model.adapter) await saveAdapter(join(run.folder, "adapter"), model.adapter);
    else await saveCheckpoint(join(run.folder, "model"), model, tokenizer, { method: done.method, seed });
    return done;
  } finally {
    model.dispose();
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
