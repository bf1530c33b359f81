import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import type { Random } from "../tensor";
import { type LlamaConfig, type ParameterSpec, parameterSpecs } from "./config";

/** The linear projections of a decoder layer, by Hugging Face's names. */
export const projectionNames = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"] as const;
export type ProjectionName = (typeof projectionNames)[number];

export interface LoraOptions {
  /** r, the rank of the change. Default 8. */
  rank?: number;
  /** The change is scaled by alpha / rank, so that a learning rate need not change with the rank. Default 2 · rank. */
  alpha?: number;
  /** Which projections change, in every layer. Default: all of them (PEFT's "all-linear"). */
  targets?: readonly ProjectionName[];
  /** Share of the adapter's inputs dropped in training, in [0, 1); the others grow by 1 / (1 − dropout). Default 0. */
  dropout?: number;
}

export type LoraSettings = Required<LoraOptions>;

/** Fills in and checks the options. */
export function loraSettings(options: LoraOptions = {}): LoraSettings {
  const { rank = 8, targets = projectionNames, dropout = 0 } = options;
  const { alpha = 2 * rank } = options;
  const refuse = (name: string, value: unknown, rule: string): never => {
    throw new CourseError("bad-value", `lora: ${name} is ${value}; it must be ${rule}`);
  };
  if (!(Number.isInteger(rank) && rank >= 1)) refuse("rank", rank, "a positive integer");
  if (!(alpha > 0 && Number.isFinite(alpha))) refuse("alpha", alpha, "a positive number");
  if (!(dropout >= 0 && dropout < 1)) refuse("dropout", dropout, "in [0, 1)");
  const unknown = targets.find((target) => !projectionNames.includes(target));
  if (unknown !== undefined || targets.length === 0) {
    refuse("targets", unknown ?? "empty", `some of ${projectionNames.join(", ")}`);
  }
  return { rank, alpha, targets: projectionNames.filter((name) => targets.includes(name)), dropout };
}

/** The adapted projections of a model, named without ".weight"; shape is [out, in]. */
const adaptedProjections = (config: LlamaConfig, { targets }: LoraSettings): ParameterSpec[] =>
  parameterSpecs(config)
    .map(({ name, shape }) => ({ name: name.replace(/\.weight$/, ""), shape }))
    .filter(({ name }) => (targets as readonly string[]).includes(name.slice(name.lastIndexOf(".") + 1)));

/** Names and shapes of the adapter's own parameters: A [r, in] and B [out, r] of each adapted projection. */
export function loraSpecs(config: LlamaConfig, settings: LoraSettings): ParameterSpec[] {
  return adaptedProjections(config, settings).flatMap(({ name, shape: [out, inner] }) => [
    { name: `${name}.lora_A.weight`, shape: [settings.rank, inner] },
    { name: `${name}.lora_B.weight`, shape: [out, settings.rank] },
  ]);
}

/**
 * Low-rank adaptation: a frozen projection y = x Wᵀ becomes
 *
 *   y = x Wᵀ + (alpha / r) (x Aᵀ) Bᵀ,   A [r, in], B [out, r]
 *
 * Hu et al. 2021, arXiv:2106.09685, eq. 3. B starts at 0, so that nothing changes at first. W + (alpha / r) B A is
 * never formed, except to merge.
 */
export class LoraAdapter {
  readonly scale: number;
  readonly parameterCount: number;

  /** @param parameters as `loraSpecs` lists them; the adapter owns them from now on */
  constructor(
    readonly settings: LoraSettings,
    readonly parameters: ReadonlyMap<string, tf.Variable>,
  ) {
    this.scale = settings.alpha / settings.rank;
    this.parameterCount = [...parameters.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** What the adapter adds to the projection `name` of x [N, in]; undefined where it leaves the projection alone. */
  change(name: string, x: tf.Tensor2D, dropoutRandom?: Random): tf.Tensor2D | undefined {
    const factors = this.factors(name);
    if (!factors) return undefined;
    const { dropout } = this.settings;
    const input = dropoutRandom && dropout > 0 ? drop(x, dropout, dropoutRandom.fork(name)) : x;
    const inner = tf.mul<tf.Tensor2D>(tf.matMul(input, factors.A, false, true), this.scale);
    return tf.matMul<tf.Tensor2D>(inner, factors.B, false, true);
  }

  /** (alpha / r) B A [out, in]: what merging adds to the projection's weight. */
  weightChange(name: string): tf.Tensor2D | undefined {
    const factors = this.factors(name);
    return factors && tf.tidy(() => tf.mul<tf.Tensor2D>(tf.matMul(factors.B, factors.A), this.scale));
  }

  /** The adapter's parameters in a part of the model, such as "model.layers.0.". */
  under(prefix: string): tf.Variable[] {
    return [...this.parameters].filter(([name]) => name.startsWith(prefix)).map(([, variable]) => variable);
  }

  clone(): LoraAdapter {
    const copies = [...this.parameters].map(
      ([name, value]) => [name, tf.tidy(() => tf.variable(tf.mul(value, 1)))] as const,
    );
    return new LoraAdapter(this.settings, new Map(copies as [string, tf.Variable][]));
  }

  dispose(): void {
    for (const parameter of this.parameters.values()) parameter.dispose();
  }

  private factors(name: string): { A: tf.Tensor2D; B: tf.Tensor2D } | undefined {
    const [A, B] = [this.parameters.get(`${name}.lora_A.weight`), this.parameters.get(`${name}.lora_B.weight`)];
    return A && B && { A: A as unknown as tf.Tensor2D, B: B as unknown as tf.Tensor2D };
  }
}

/** An adapter from a function of each parameter's name and shape; the tensors it returns are consumed. */
export function buildAdapter(
  config: LlamaConfig,
  settings: LoraSettings,
  initialValue: (name: string, shape: [number, number]) => tf.Tensor,
): LoraAdapter {
  const parameters = loraSpecs(config, settings).map(({ name, shape }) => {
    const variable = tf.tidy(() => tf.variable(initialValue(name, shape as [number, number])));
    return [name, variable] as [string, tf.Variable];
  });
  return new LoraAdapter(settings, new Map(parameters));
}

/**
 * A new adapter: B zero, A uniform in ±1/√in. The paper draws A from a normal; this is PEFT's default (Kaiming's with
 * a = √5). Each A has its own random stream.
 */
export function createAdapter(config: LlamaConfig, options: LoraOptions, random: Random): LoraAdapter {
  return buildAdapter(config, loraSettings(options), (name, shape) => {
    if (name.endsWith("lora_B.weight")) return tf.zeros(shape);
    const [stream, bound] = [random.fork(name), 1 / Math.sqrt(shape[1])];
    const values = Float32Array.from({ length: shape[0] * shape[1] }, () => bound * (2 * stream.uniform() - 1));
    return tf.tensor2d(values, shape);
  });
}

/** x with a random share of its entries 0 and the others grown to match. Made from its own stream, so it can be redone. */
function drop(x: tf.Tensor2D, share: number, random: Random): tf.Tensor2D {
  const kept = 1 / (1 - share);
  const threshold = share * 2 ** 32;
  const mask = Float32Array.from({ length: x.size }, () => (random.bits() < threshold ? 0 : kept));
  return tf.mul(x, tf.tensor2d(mask, x.shape));
}
