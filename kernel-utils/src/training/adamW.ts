import * as tf from "@tensorflow/tfjs";
import { adamWUpdate, globalNorm, type Moments } from "../tensor";

export interface AdamWOptions {
  /** Decay of the running mean of gradients. Default 0.9. */
  beta1?: number;
  /** Decay of the running mean of squared gradients. Default 0.95, usual for language models. */
  beta2?: number;
  /** Default 1e-8. */
  epsilon?: number;
  /** λ; each step shrinks a weight by learningRate · λ of itself. Default 0.01. */
  weightDecay?: number;
  /** Which parameters decay. Default: all but norms, whose size carries no complexity. */
  decays?: (name: string) => boolean;
}

const isNotNorm = (name: string): boolean => !/norm/i.test(name);

/**
 * AdamW over named parameters (Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2): Adam whose weight decay
 * acts on the weights themselves, not through the gradient.
 */
export class AdamW {
  /** Steps taken so far. */
  steps = 0;
  private readonly moments = new Map<string, Moments>();
  private readonly settings: Required<AdamWOptions>;

  constructor(
    private readonly parameters: ReadonlyMap<string, tf.Variable>,
    options: AdamWOptions = {},
  ) {
    this.settings = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.01, decays: isNotNorm, ...options };
    for (const [name, { shape }] of parameters) {
      this.moments.set(name, tf.tidy(() => ({ m: zeroVariable(shape), v: zeroVariable(shape) })) as Moments);
    }
  }

  /** @param gradients by parameter name; each is multiplied by `gradientScale` first. Parameters change in place. */
  step(gradients: ReadonlyMap<string, tf.Tensor>, learningRate: number, gradientScale = 1): void {
    const { decays, weightDecay, ...betas } = this.settings;
    this.steps += 1;
    const parameters = [...gradients].map(([name, gradient]) => ({
      parameter: this.parameters.get(name)!,
      gradient,
      moments: this.moments.get(name)!,
      weightDecay: decays(name) ? weightDecay : 0,
    }));
    adamWUpdate(parameters, { ...betas, learningRate, gradientScale, step: this.steps });
  }

  /** The running means under "m/NAME" and "v/NAME": with `steps`, all that a later step depends on. */
  get state(): ReadonlyMap<string, tf.Variable> {
    const named = [...this.moments].flatMap(([name, { m, v }]) => [
      [`m/${name}`, m as tf.Variable] as const,
      [`v/${name}`, v as tf.Variable] as const,
    ]);
    return new Map(named);
  }

  dispose(): void {
    for (const { m, v } of this.moments.values()) tf.dispose([m, v]);
  }
}

const zeroVariable = (shape: number[]): tf.Variable => tf.variable(tf.zeros(shape));

/**
 * The norm of all gradients taken together, and what to multiply each by so that it is at most `maxNorm`: directions
 * stay, only the length shrinks. Pascanu et al. 2013, arXiv:1211.5063, algorithm 1.
 */
export function clipByGlobalNorm(gradients: Iterable<tf.Tensor>, maxNorm: number): { norm: number; scale: number } {
  const norm = globalNorm([...gradients]);
  return { norm, scale: norm > maxNorm ? maxNorm / norm : 1 };
}
