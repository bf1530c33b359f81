import * as tf from "@tensorflow/tfjs";
import type { Example } from "./batching";

/** A scalar to minimise and scalars to log, from one batch. */
export type LossResult = { loss: tf.Scalar; metrics: Record<string, tf.Tensor> };

/** A part of a step's batch, small enough for one forward and backward pass. */
export interface Microbatch {
  /** The part's share in what the step's mean divides by: its tokens, its sequences or its pairs. */
  weight: number;
  /** Its sequences, to be shown where the step is not finite. */
  examples?: readonly Example[];
  /** The mean loss of this part; called inside the gradient. */
  lossOf: () => LossResult;
}

export interface StepGradients {
  /** By parameter name; the caller disposes of them. */
  gradients: Map<string, tf.Tensor>;
  /** The loss and the metrics of the whole batch. */
  metrics: Record<string, number>;
}

/** These metrics count something: over microbatches they add up, where all others are averaged. */
const counts = new Set(["tokens", "count/chosen", "count/rejected"]);

/**
 * Loss and gradient of a batch, one part after another, so that only one part's activations are held at a time:
 *
 *   L = Σ_m w_m L_m / Σ_m w_m,   ∇L = Σ_m (w_m / Σ w) ∇L_m
 *
 * This is the full batch's mean only where w_m counts what L_m's own mean divides by. Averaging token means over
 * microbatches as equals (w_m = 1) weighs tokens of short parts more: the fault found in most libraries in 2024
 * (Unsloth, "Bugs in LLM training: gradient accumulation fix", 15 October 2024).
 */
export async function accumulateGradients(
  parameters: ReadonlyMap<string, tf.Variable>,
  microbatches: readonly Microbatch[],
): Promise<StepGradients> {
  const total = microbatches.reduce((sum, { weight }) => sum + weight, 0);
  const gradients = new Map<string, tf.Tensor>();
  const metrics: Record<string, number> = {};
  try {
    for (const { weight, lossOf } of microbatches) {
      const share = weight / total;
      const part = lossAndGradients(parameters, lossOf, share);
      addInto(gradients, part.gradients);
      const values = await part.values.data().finally(() => part.values.dispose());
      addShare(metrics, part.names, values, share);
    }
    return { gradients, metrics };
  } catch (thrown) {
    tf.dispose([...gradients.values()]);
    throw thrown;
  }
}

/** Loss and metrics of a batch in parts, as `accumulateGradients` averages them, with nothing to learn. */
export async function measureParts(microbatches: readonly Microbatch[]): Promise<Record<string, number>> {
  const total = microbatches.reduce((sum, { weight }) => sum + weight, 0);
  const metrics: Record<string, number> = {};
  for (const { weight, lossOf } of microbatches) {
    let names: string[] = [];
    const tensor = tf.tidy(() => {
      const { loss, metrics: values } = lossOf();
      names = ["loss", ...Object.keys(values)];
      return tf.stack([loss, ...Object.values(values)]);
    });
    const values = await tensor.data().finally(() => tensor.dispose());
    addShare(metrics, names, values, weight / total);
    await new Promise(setImmediate); // lets an interrupt in
  }
  return metrics;
}

function addShare(metrics: Record<string, number>, names: readonly string[], values: ArrayLike<number>, share: number) {
  names.forEach((name, i) => {
    metrics[name] = (metrics[name] ?? 0) + (counts.has(name) ? 1 : share) * values[i];
  });
}

/** sum += part, for each parameter; both are consumed. */
function addInto(sum: Map<string, tf.Tensor>, part: Map<string, tf.Tensor>): void {
  for (const [name, gradient] of part) {
    const before = sum.get(name);
    sum.set(name, before ? tf.add(before, gradient) : gradient);
    if (before) tf.dispose([before, gradient]);
  }
}

/** Gradients of share · loss; the loss itself and the metrics in one tensor, so that they are read back in one go. */
function lossAndGradients(
  parameters: ReadonlyMap<string, tf.Variable>,
  lossOf: () => LossResult,
  share: number,
): { gradients: Map<string, tf.Tensor>; names: string[]; values: tf.Tensor } {
  let names: string[] = [];
  let values: tf.Tensor | undefined;
  const { value, grads } = tf.variableGrads(() => {
    const { loss, metrics } = lossOf();
    names = ["loss", ...Object.keys(metrics)];
    values = tf.keep(tf.stack([loss, ...Object.values(metrics)]));
    return share === 1 ? loss : tf.mul(loss, share);
  }, [...parameters.values()]);
  value.dispose();
  const gradients = new Map([...parameters].map(([name, variable]) => [name, grads[variable.name]]));
  return { gradients, names, values: values! };
}
