import { createModel, type LanguageModel, llamaConfig } from "../model";
import { Random } from "../tensor";
import type { Tokenizer } from "../text";
import { PreferenceTrainer, Pretrainer, SftTrainer, type TrainingRun } from "../training";
import type { World } from "../world";
import { recipe, type Stage } from "./recipe";

interface StageOptions {
  world: World;
  tokenizer: Tokenizer;
  seed: number;
  /** A line on stderr with the loss and the time left. */
  progress: boolean;
}

/** A freshly initialised model of the course's shape. */
export function initialModel(tokenizer: Tokenizer, seed: number): LanguageModel {
  const config = llamaConfig({ vocab_size: tokenizer.vocabularySize, ...recipe.shape });
  return createModel(config, new Random(`course ${seed}`).fork("initial weights"));
}

/** Trains `model` in place through one stage of the recipe; the seed decides data and batches. */
export function trainStage(stage: Stage, model: LanguageModel, options: StageOptions): Promise<TrainingRun> {
  const { world, tokenizer, seed, progress } = options;
  const random = new Random(`course ${seed}`).fork(stage);
  const shared = { model, tokenizer, seed, progress };
  if (stage === "base") {
    const { documents, ...settings } = recipe.base;
    return new Pretrainer({ ...shared, ...settings, documents: world.documents(documents, random) }).run();
  }
  if (stage === "sft") {
    const { demonstrations, ...settings } = recipe.sft;
    return new SftTrainer({
      ...shared,
      ...settings,
      records: world.demonstrations("train", demonstrations, random),
    }).run();
  }
  const { preferences, ...settings } = recipe.dpo;
  return new PreferenceTrainer({
    ...shared,
    ...settings,
    records: world.preferences("train", preferences, random),
  }).run();
}
