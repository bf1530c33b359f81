import type { LoopOptions, RunOptions, TrainingRun } from "../../training";
import { between, now, type Timing } from "../clock";

/** The optimizer's settings on both sides of a comparison; constant, so that any number of steps can be asked for. */
const optimizerSettings = {
  warmupSteps: 0,
  floor: 1,
  maxGradNorm: 1,
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0.01,
} as const satisfies LoopOptions;

/** For losses that are compared: large enough that a wrong step shows in the next loss. */
export const learning = { ...optimizerSettings, learningRate: 1e-3 };

/** The same for preferences, whose loss goes to 0 within a step or two at the other rate: 0 agrees with anything. */
export const preferring = { ...optimizerSettings, learningRate: 1e-4 };

/** For timings: so small that the thousandth step sees gradients like the first, not ones that fade to denormal numbers. */
export const standing = { ...optimizerSettings, learningRate: 1e-6 };

/**
 * Time from the end of one optimizer step to the end of the next, as a trainer's user lives through them: batch, forward,
 * backward, clipping, AdamW, and the loss read back. One step more is run and left out: it builds what later ones reuse.
 *
 * @param run trains for the number of steps given
 * @param everyStep what a step does beside the trainer's work, counted with it
 */
export async function stepTimes(
  run: (steps: number, options: RunOptions) => Promise<TrainingRun>,
  repetitions: number,
  onBoundary: () => void = () => {},
  everyStep: () => Promise<void> = async () => {},
): Promise<Timing[]> {
  const ends: Timing[] = [];
  const onStep = async ({ step }: { step: number }) => {
    ends.push(now());
    onBoundary();
    if (step <= repetitions) await everyStep();
  };
  await run(repetitions + 1, { onStep });
  return ends.slice(1).map((end, index) => between(ends[index], end));
}
