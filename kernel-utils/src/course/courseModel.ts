import { existsSync } from "node:fs";
import path from "node:path";
import { messageOf } from "../errors";
import { type LanguageModel, loadCheckpoint, saveCheckpoint } from "../model";
import { projectRoot } from "../projectRoot";
import { backendReport } from "../tensor";
import { Tokenizer } from "../text";
import { createWorld, type World } from "../world";
import { fingerprint } from "./fingerprint";
import { recipe, type Stage, stages } from "./recipe";
import { initialModel, trainStage } from "./trainStage";

export interface CourseModel {
  model: LanguageModel;
  tokenizer: Tokenizer;
  world: World;
  /** How the model came about: trained now or read from the cache, with seconds, backend and seed. */
  note: string;
}

export interface CourseModelOptions {
  /** Decides the weights, the data and the batches. Default 0. */
  seed?: number;
  /** Keep and use trained models in `.cache/models` of the project. Default true. */
  cache?: boolean;
  /** A line on stderr with the loss and the time left. Default false. */
  progress?: boolean;
}

/**
 * A model of the course, trained by its {@link recipe} up to and with `stage`: "base" reads raw text, "sft" goes on
 * with demonstrations, "dpo" with preferences. Trained models are kept on disk; code, recipe, backend and seed must all
 * be the same for one to be used again, and a cache that cannot be read or written costs time, never the result.
 */
export async function courseModel(stage: Stage, options: CourseModelOptions = {}): Promise<CourseModel> {
  const { seed = 0, cache = true, progress = false } = options;
  const world = createWorld(0);
  const tokenizer = Tokenizer.fromWords(world.vocabulary);
  const folder = cache ? cacheFolder(stage, seed) : undefined;
  const cached = folder && (await readCached(folder));
  if (cached) return { ...cached, tokenizer, world };

  const before = stages[stages.indexOf(stage) - 1];
  const start = before ? await courseModel(before, options) : undefined;
  const model = start?.model ?? initialModel(tokenizer, seed);
  const run = await trainStage(stage, model, { world, tokenizer, seed, progress });
  const trained = `${stage}: ${run.steps} steps in ${run.seconds.toFixed(0)} s on ${run.backend}, seed ${seed}`;
  const note = start ? `${start.note}; ${trained}` : trained;
  const warning = folder ? await keep(folder, model, tokenizer, note) : "";
  return { model, tokenizer, world, note: `${note}${warning}` };
}

/** The project's folder; elsewhere the working one serves. */
const root = (): string => projectRoot() ?? process.cwd();

/** Where a model trained on a backend is kept; see `BackendReport.identity`. */
export function cacheFolder(stage: Stage, seed: number, backend: string = backendReport().identity): string {
  const key = fingerprint({ stage, seed, recipe, backend });
  return path.join(root(), ".cache", "models", `${stage}-seed${seed}-${key}`);
}

async function readCached(folder: string): Promise<{ model: LanguageModel; note: string } | undefined> {
  if (!existsSync(folder)) return undefined;
  try {
    const { model, extra } = await loadCheckpoint(folder);
    return { model, note: `read from ${path.relative(root(), folder)} (${String(extra.note)})` };
  } catch {
    return undefined; // a damaged cache is trained anew and written over
  }
}

/** @returns what to tell if the model could not be kept */
async function keep(folder: string, model: LanguageModel, tokenizer: Tokenizer, note: string): Promise<string> {
  try {
    await saveCheckpoint(folder, model, tokenizer, { note });
    return "";
  } catch (error) {
    return ` (not kept for next time: ${messageOf(error)})`;
  }
}
