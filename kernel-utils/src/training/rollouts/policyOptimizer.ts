import * as tf from "@tensorflow/tfjs";
import { AdamW, type AdamWOptions, clipByGlobalNorm } from "../adamW";
import type { Example } from "../batching";
import { accumulateGradients, type Microbatch } from "../gradients";
import { NotFinite } from "../run/notFinite";

/** What one optimizer trains, with a gradient norm and a learning rate of its own. */
export interface Trained {
  parameters: ReadonlyMap<string, tf.Variable>;
  /** Multiplies the step's learning rate: a critic may learn faster than its policy. */
  rate: number;
}

/**
 * One AdamW for each network under one loss. Gradients are clipped network by network, or the critic's early, large ones
 * would silence the policy.
 */
export class PolicyOptimizer {
  private readonly optimizers: Map<string, AdamW>;

  constructor(
    private readonly method: string,
    private readonly networks: Readonly<Record<string, Trained>>,
    private readonly maxGradNorm: number,
    options: AdamWOptions,
  ) {
    this.optimizers = new Map(
      Object.entries(networks).map(([name, { parameters }]) => [name, new AdamW(parameters, options)]),
    );
  }

  /** Gradient, clip, step; refuses numbers that are not finite before anything has changed. */
  async step(microbatches: readonly Microbatch[], learningRate: number): Promise<Record<string, number>> {
    const { gradients, metrics } = await accumulateGradients(this.weights, microbatches);
    try {
      const parts = Object.keys(this.networks).map((network) => this.partOf(network, gradients));
      const checked = { loss: metrics.loss, ...Object.fromEntries(parts.map(normOf)) };
      const examples = microbatches.flatMap(({ examples = [] }) => examples);
      this.refuseNonFinite(checked, { ...metrics, ...checked, learning_rate: learningRate }, examples);
      for (const { network, own, scale } of parts) {
        this.optimizers.get(network)!.step(own, learningRate * this.networks[network].rate, scale);
      }
      return { ...metrics, ...Object.fromEntries(parts.map(normOf)) };
    } finally {
      tf.dispose([...gradients.values()]);
    }
  }

  /** All parameters, under "NETWORK/NAME". */
  get weights(): ReadonlyMap<string, tf.Variable> {
    const named = Object.entries(this.networks).flatMap(([network, { parameters }]) => prefixed(network, parameters));
    return new Map(named);
  }

  /** The running means, under "NETWORK/m/NAME" and "NETWORK/v/NAME". */
  get state(): ReadonlyMap<string, tf.Variable> {
    return new Map([...this.optimizers].flatMap(([network, { state }]) => prefixed(network, state)));
  }

  /** Steps taken so far; every network takes each. */
  get steps(): number {
    return Math.max(...[...this.optimizers.values()].map(({ steps }) => steps));
  }

  set steps(taken: number) {
    for (const optimizer of this.optimizers.values()) optimizer.steps = taken;
  }

  dispose(): void {
    for (const optimizer of this.optimizers.values()) optimizer.dispose();
  }

  private refuseNonFinite(
    checked: Record<string, number>,
    values: Record<string, number>,
    examples: readonly Example[],
  ): void {
    const wrong = Object.keys(checked).find((name) => !Number.isFinite(checked[name]));
    if (wrong !== undefined) throw new NotFinite(this.method, this.steps, wrong, values, examples, "optimizer step");
  }

  private partOf(network: string, gradients: ReadonlyMap<string, tf.Tensor>) {
    const names = [...this.networks[network].parameters.keys()];
    const own = new Map(names.map((name) => [name, gradients.get(`${network}/${name}`)!]));
    return { network, own, ...clipByGlobalNorm(own.values(), this.maxGradNorm) };
  }
}

/** The policy's norm has the name that every trainer logs. */
const normOf = ({ network, norm }: { network: string; norm: number }): [string, number] => [
  network === "policy" ? "grad_norm" : `grad_norm/${network}`,
  norm,
];

const prefixed = (prefix: string, named: ReadonlyMap<string, tf.Variable>): [string, tf.Variable][] =>
  [...named].map(([name, variable]) => [`${prefix}/${name}`, variable]);
