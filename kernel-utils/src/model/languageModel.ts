import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import type { Random } from "../tensor";
import { countParameters, type LlamaConfig, parameterSpecs } from "./config";
import type { KeyValueCache } from "./keyValueCache";
import { type ForwardOptions, llamaHidden, llamaHiddenAt, llamaLogits, vocabularyWeight } from "./llama";
import type { TokenBatch } from "./packing";

/** A Llama model with trainable weights. */
export class LanguageModel {
  readonly parameterCount: number;

  /** @param parameters by Hugging Face's names, as `parameterSpecs` lists them; the model owns them from now on */
  constructor(
    readonly config: LlamaConfig,
    readonly parameters: ReadonlyMap<string, tf.Variable>,
  ) {
    for (const { name, shape } of parameterSpecs(config)) {
      const found = parameters.get(name)?.shape;
      if (found && tf.util.arraysEqual(found, shape)) continue;
      const what = found ? `has shape [${found}], the config needs [${shape}]` : "is missing";
      throw new CourseError("bad-shape", `LanguageModel: ${name} ${what}; config and weights must belong together`);
    }
    this.parameterCount = countParameters(config);
  }

  /** Next-token logits [B, T, V] of tokens int32 [B, T]. Not shifted: position t is about token t + 1. */
  forward(tokens: tf.Tensor2D, options: ForwardOptions = {}): tf.Tensor3D {
    return tf.tidy(() => this.project(this.hidden(tokens, options)));
  }

  /** The last layer's normed states [B, T, d], for heads other than the vocabulary. */
  hidden(tokens: tf.Tensor2D, options: ForwardOptions = {}): tf.Tensor3D {
    return llamaHidden(this.config, this.parameters, tokens, options);
  }

  /** The same at the wanted positions only, [wanted.length, d]; indices are row-major. Costs less: see `llamaHiddenAt`. */
  hiddenAt(batch: TokenBatch, wanted: Int32Array, cache?: KeyValueCache): tf.Tensor2D {
    return llamaHiddenAt(this.config, this.parameters, batch, wanted, cache);
  }

  /** Hidden states [..., d] to logits [..., V]. */
  project<T extends tf.Tensor>(hidden: T): T {
    return llamaLogits(this.config, this.parameters, hidden);
  }

  /** The rows that `project` multiplies by [V, d]: the embedding table itself where embeddings are tied. */
  get vocabularyWeight(): tf.Tensor2D {
    return vocabularyWeight(this.config, this.parameters);
  }

  /** An independent copy, to stay behind as the reference while this one trains. */
  clone(): LanguageModel {
    return buildModel(this.config, (name) => tf.mul(this.parameters.get(name)!, 1)); // mul: a buffer of its own
  }

  dispose(): void {
    for (const parameter of this.parameters.values()) parameter.dispose();
  }
}

/** A model whose weights come from a function of their name and shape; the tensors it returns are consumed. */
export function buildModel(config: LlamaConfig, weightOf: (name: string, shape: number[]) => tf.Tensor): LanguageModel {
  const parameter = (name: string, shape: number[]) => tf.tidy(() => tf.variable(weightOf(name, shape))) as tf.Variable;
  const specs = parameterSpecs(config);
  return new LanguageModel(config, new Map(specs.map(({ name, shape }) => [name, parameter(name, shape)])));
}

/** New weights: norms 1, everything else normal with `initializer_range`. Each weight has its own random stream. */
export function createModel(config: LlamaConfig, random: Random): LanguageModel {
  return buildModel(config, (name, shape) =>
    name.includes("norm")
      ? tf.ones(shape)
      : random.fork(name).normalTensor(shape as [number, number], config.initializer_range),
  );
}
