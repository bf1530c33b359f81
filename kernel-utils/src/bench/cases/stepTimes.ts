import type { LoopOptions, RunOptions, TrainingRun } from "../../training";

/** The optimizer's settings on both sides of a comparison; constant, so that any number of steps can be asked for. */
export const optimizerSettings = {
  learningRate: 1e-3,
  warmupSteps: 0,
  floor: 1,
  maxGradNorm: 1,
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0.01,
} as const satisfies LoopOptions;

/**
 * Milliseconds from the end of one optimizer step to the end of the next, as a trainer's user lives through them: batch,
 * forward, backward, clipping, AdamW, and the loss read back. The first step is left out: it builds what later ones reuse.
 */
export async function stepTimes(
  run: (options: RunOptions) => Promise<TrainingRun>,
  everyStep: () => Promise<void> = async () => {},
): Promise<number[]> {
  const ends: number[] = [];
  await run({
    onStep: async () => {
      ends.push(performance.now());
      await everyStep();
    },
  });
  return ends.slice(1).map((end, index) => end - ends[index]);
}
