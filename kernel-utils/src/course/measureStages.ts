import { bootstrapInterval, evaluateGold, type Interval, mean, sampleKl, summarizeGold } from "../evaluation";
import { Random } from "../tensor";
import { courseModel } from "./courseModel";
import { recipe, type Stage, stages } from "./recipe";

/** Gold reward of one stage on held-out prompts, over several seeds. */
export interface StageMeasurement {
  stage: Stage;
  /** Mean over seeds and prompts. */
  mean: number;
  /** 95 % bootstrap interval over prompts, each scored by its mean over the seeds. */
  interval: Interval;
  /** One entry a seed: its own mean and interval over prompts, reply length in tokens, KL to the SFT model in nats. */
  seeds: { seed: number; mean: number; interval: Interval; meanLength: number; klToSft: number }[];
}

/** Trains (or reads) every stage for every seed and measures it on the same held-out prompts. */
export async function measureStages(seeds: readonly number[], promptCount = 512): Promise<StageMeasurement[]> {
  const measurements: StageMeasurement[] = [];
  for (const stage of stages) {
    const perSeed: Awaited<ReturnType<typeof measureStage>>[] = [];
    for (const seed of seeds) perSeed.push(await measureStage(stage, seed, promptCount));
    const perPrompt = perSeed[0].totals.map((_, i) => mean(perSeed.map(({ totals }) => totals[i])));
    measurements.push({
      stage,
      mean: mean(perPrompt),
      interval: bootstrapInterval(perPrompt, { seed: "stages" }),
      seeds: perSeed.map(({ totals, ...summary }) => summary),
    });
  }
  return measurements;
}

async function measureStage(stage: Stage, seed: number, promptCount: number) {
  const { model, tokenizer, world } = await courseModel(stage, { seed });
  const prompts = world.samplePrompts("heldOut", promptCount, new Random("held-out prompts"));
  const { samples } = await evaluateGold(model, tokenizer, world, prompts, { ...recipe.evaluation, seed });
  const { mean, interval, meanLength } = summarizeGold(samples, seed);
  const reference = await courseModel("sft", { seed });
  const kl = await sampleKl(model, reference.model, tokenizer, prompts.slice(0, 128), { seed });
  model.dispose();
  reference.model.dispose();
  return { seed, mean, interval, meanLength, klToSft: kl.mean, totals: samples.map(({ reward }) => reward.total) };
}
