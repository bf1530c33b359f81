import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../errors";
import { AdamW, type AdamWOptions, clipByGlobalNorm } from "../adamW";
import { accumulateGradients, type Microbatch } from "../gradients";

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
    const all = new Map<string, tf.Variable>();
    for (const [network, { parameters }] of Object.entries(this.networks)) {
      for (const [name, variable] of parameters) all.set(`${network}/${name}`, variable);
    }
    const { gradients, metrics } = await accumulateGradients(all, microbatches);
    try {
      const parts = Object.keys(this.networks).map((network) => this.partOf(network, gradients));
      refuseNonFinite(this.method, { loss: metrics.loss, ...Object.fromEntries(parts.map(normOf)) }, learningRate);
      for (const { network, own, scale } of parts) {
        this.optimizers.get(network)!.step(own, learningRate * this.networks[network].rate, scale);
      }
      return { ...metrics, ...Object.fromEntries(parts.map(normOf)) };
    } finally {
      tf.dispose([...gradients.values()]);
    }
  }

  dispose(): void {
    for (const optimizer of this.optimizers.values()) optimizer.dispose();
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

function refuseNonFinite(method: string, numbers: Record<string, number>, learningRate: number): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (Number.isFinite(value)) continue;
    const advice = `the weights are still those before it; lower learningRate (${learningRate}) or look at the rewards`;
    throw new CourseError("not-finite", `${method}: ${name} is ${value} in an optimizer step; ${advice}`);
  }
}
