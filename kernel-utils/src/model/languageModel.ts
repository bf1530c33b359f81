import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import type { Random } from "../tensor";
import { countParameters, type LlamaConfig, parameterSpecs } from "./config";
import type { KeyValueCache } from "./keyValueCache";
import { type ForwardOptions, llamaHidden, llamaHiddenAt, llamaLogits, vocabularyWeight, type Weights } from "./llama";
import { createAdapter, type LoraAdapter, type LoraOptions } from "./lora";
import type { TokenBatch } from "./packing";

/** A Llama model with trainable weights, or with frozen ones and a low-rank adapter that is trained in their place. */
export class LanguageModel {
  readonly parameterCount: number;
  /**
   * Keep only each decoder layer's input for the backward pass and run the layer again there: the same gradient for
   * about a third more time and far less memory.
   */
  checkpointLayers = false;
  private lora?: LoraAdapter;
  /** The adapted weights as they were, while the adapter is merged into them. */
  private unmerged?: Map<string, tf.Tensor>;
  private dropoutRandom?: Random;

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
    return llamaHidden(this.config, this.weights(), tokens, options);
  }

  /** The same at the wanted positions only, [wanted.length, d]; indices are row-major. Costs less: see `llamaHiddenAt`. */
  hiddenAt(batch: TokenBatch, wanted: Int32Array, cache?: KeyValueCache): tf.Tensor2D {
    return llamaHiddenAt(this.config, this.weights(), batch, wanted, cache);
  }

  /** Hidden states [..., d] to logits [..., V]. */
  project<T extends tf.Tensor>(hidden: T): T {
    return llamaLogits(this.config, this.parameters, hidden);
  }

  /** The rows that `project` multiplies by [V, d]: the embedding table itself where embeddings are tied. */
  get vocabularyWeight(): tf.Tensor2D {
    return vocabularyWeight(this.config, this.parameters);
  }

  get adapter(): LoraAdapter | undefined {
    return this.lora;
  }

  /** Whether the adapter's change is in the weights at the moment. */
  get isMerged(): boolean {
    return this.unmerged !== undefined;
  }

  /** What training changes: the adapter's parameters where there is one, else all. */
  get trainable(): ReadonlyMap<string, tf.Variable> {
    this.refuseMerged("training");
    return this.lora?.parameters ?? this.parameters;
  }

  /** Freezes the weights and puts a new adapter beside them, which at first changes nothing. */
  addAdapter(options: LoraOptions, random: Random): LoraAdapter {
    return this.useAdapter(createAdapter(this.config, options, random));
  }

  /** Freezes the weights and puts this adapter, made for their shapes, beside them. The model owns it from now on. */
  useAdapter(adapter: LoraAdapter): LoraAdapter {
    if (this.lora) {
      throw new CourseError("usage", "LanguageModel: there is an adapter already; removeAdapter() or merge it first");
    }
    this.lora = adapter;
    return adapter;
  }

  /** Disposes of the adapter. Merged, its change stays in the weights for good; else the model is the base again. */
  removeAdapter(): void {
    this.lora?.dispose();
    for (const weight of this.unmerged?.values() ?? []) weight.dispose();
    this.lora = undefined;
    this.unmerged = undefined;
  }

  /**
   * The model without its adapter: the frozen weights themselves, shared, not a copy. It is the reference that a
   * fine-tuned policy is measured against, at no memory. Without an adapter it is the model itself.
   */
  get base(): LanguageModel {
    this.refuseMerged("the base model");
    return this.lora ? new LanguageModel(this.config, this.parameters) : this;
  }

  /** W ← W + (alpha / r) B A for each adapted projection: the adapter costs no time any more. The old W is kept. */
  mergeAdapter(): void {
    this.refuseMerged("merging again");
    if (!this.lora) throw new CourseError("usage", "mergeAdapter: the model has no adapter; addAdapter() first");
    const unmerged = new Map<string, tf.Tensor>();
    for (const [name, weight] of this.parameters) {
      tf.tidy(() => {
        const change = this.lora!.weightChange(name.replace(/\.weight$/, ""));
        if (!change) return;
        unmerged.set(name, tf.keep(weight.clone()));
        weight.assign(tf.add(weight, change));
      });
    }
    this.unmerged = unmerged;
  }

  /** Takes the adapter out of the weights again: they are what they were, bit for bit. */
  unmergeAdapter(): void {
    if (!this.unmerged) throw new CourseError("usage", "unmergeAdapter: nothing is merged; mergeAdapter() first");
    for (const [name, weight] of this.unmerged) {
      this.parameters.get(name)!.assign(weight);
      weight.dispose();
    }
    this.unmerged = undefined;
  }

  /** Runs a forward pass of training, in which the adapter drops inputs; `random` decides which. */
  withDropout<T>(random: Random, body: () => T): T {
    this.dropoutRandom = random;
    try {
      return body();
    } finally {
      this.dropoutRandom = undefined;
    }
  }

  /** An independent copy, to stay behind as the reference while this one trains. */
  clone(): LanguageModel {
    this.refuseMerged("a copy");
    const copy = buildModel(this.config, (name) => tf.mul(this.parameters.get(name)!, 1)); // mul: a buffer of its own
    if (this.lora) copy.useAdapter(this.lora.clone());
    copy.checkpointLayers = this.checkpointLayers;
    return copy;
  }

  dispose(): void {
    this.removeAdapter();
    for (const parameter of this.parameters.values()) parameter.dispose();
  }

  /** The weights as the forward pass reads them; what decides dropout is fixed here, for a second run to repeat. */
  private weights(): Weights {
    const { parameters, config, dropoutRandom } = this;
    const adapter = this.unmerged ? undefined : this.lora;
    const trained = (prefix: string) =>
      adapter?.under(prefix) ??
      parameterSpecs(config).flatMap(({ name }) => (name.startsWith(prefix) ? [parameters.get(name)!] : []));
    return {
      get: (name) => parameters.get(name),
      change: adapter && ((name, x) => adapter.change(name, x, dropoutRandom)),
      recomputed: this.checkpointLayers ? (layer) => trained(`model.layers.${layer}.`) : undefined,
    };
  }

  private refuseMerged(what: string): void {
    if (!this.unmerged) return;
    throw new CourseError(
      "usage",
      `LanguageModel: the adapter is merged, which rules out ${what}; unmergeAdapter() first`,
    );
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
