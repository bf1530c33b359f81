import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import { causalAttention, checkIndexRange, embedding, gatherRows, linear, rmsNorm, rotary, swiglu } from "../tensor";
import type { LlamaConfig } from "./config";
import type { KeyValueCache } from "./keyValueCache";
import { type Packing, packBatch, type TokenBatch } from "./packing";
import { recompute } from "./recompute";

/** The weights by Hugging Face's names; a map of them will do. */
export interface Weights {
  get(name: string): tf.Tensor | undefined;
  /** What an adapter adds to the projection `name` (without ".weight") of x. */
  change?(name: string, x: tf.Tensor2D): tf.Tensor2D | undefined;
  /** Everything trained in a decoder layer; given: layers are run again in the backward pass, see `recompute`. */
  recomputed?(layer: number): tf.Tensor[];
}

export interface ForwardOptions {
  /** 1 for a token, 0 for padding, float32 [B, T]; with a filled cache [B, slots]. Default: all ones. */
  attentionMask?: tf.Tensor2D;
  /** int32 [B, T]. Default: 0, 1, 2 … over the tokens that are not padding. */
  positions?: tf.Tensor2D;
  /** Read and extended by the tokens given. A filled cache takes one token a row, with its mask and position. */
  cache?: KeyValueCache;
}

interface Context {
  config: LlamaConfig;
  weights: Weights;
  /** [B, S] */
  keyMask: tf.Tensor2D;
  /** [B, T] */
  positions: tf.Tensor2D;
  cache?: KeyValueCache;
  /** Given: the residual stream holds the tokens only, not padding. */
  packing?: Packing;
}

/**
 * The Llama decoder up to and with its last norm (Touvron et al. 2023, arXiv:2302.13971, section 2.2): pre-norm
 * residual blocks of rotary, grouped-query attention and SwiGLU. A pure function of the weights.
 *
 * @param tokens int32 [B, T]
 * @returns hidden states [B, T, d]
 */
export function llamaHidden(
  config: LlamaConfig,
  weights: Weights,
  tokens: tf.Tensor2D,
  options: ForwardOptions = {},
): tf.Tensor3D {
  const [B, T] = tokens.shape;
  return tf.tidy(() => {
    const context: Context = { config, weights, cache: options.cache, ...layout(tokens, options) };
    return tf.reshape(decode(context, tf.reshape(tokens, [B * T])), [B, T, config.hidden_size]);
  });
}

/**
 * The same at some positions only, for less: padding is never computed, nor is the last layer's feed-forward block where
 * nobody looks.
 *
 * @param wanted row-major indices into [rows, length], none of them padding
 * @param cache an empty one to be filled
 * @returns hidden states [wanted.length, d]
 */
export function llamaHiddenAt(
  config: LlamaConfig,
  weights: Weights,
  batch: TokenBatch,
  wanted: Int32Array,
  cache?: KeyValueCache,
): tf.Tensor2D {
  checkIndexRange("model: token", batch.tokens, config.vocab_size);
  return tf.tidy(() => {
    const packing = packBatch(batch, wanted);
    const { keyMask, positions } = packing;
    return decode({ config, weights, cache, keyMask, positions, packing }, packing.tokens);
  });
}

/** The residual stream is a list of tokens [N, d] all the way; only attention sees sequences. */
function decode(context: Context, tokens: tf.Tensor1D): tf.Tensor2D {
  const { config, weights, cache } = context;
  const last = config.num_hidden_layers - 1;
  let x = embedding<tf.Rank.R2>(weight2d(context, "model.embed_tokens"), tokens);
  for (let layer = 0; layer <= last; layer++) {
    x = weights.recomputed && !cache ? recomputedLayer(context, layer, x) : decoderLayer(context, layer, x);
  }
  cache?.advance(context.positions.shape[1]);
  return norm(context, "model.norm", x);
}

/** Attention, then the feed-forward block; each reads a normed copy and adds to the residual stream x [N, d]. */
function decoderLayer(context: Context, layer: number, x: tf.Tensor2D): tf.Tensor2D {
  const { config, packing } = context;
  const isLast = layer === config.num_hidden_layers - 1;
  const name = `model.layers.${layer}`;
  let mixed = attend(context, layer, norm(context, `${name}.input_layernorm`, x));
  let residual = x;
  const collect = isLast ? packing?.wanted.inBatch : packing?.moves?.collect;
  if (collect) mixed = gatherRows(mixed, collect);
  if (packing && isLast) residual = gatherRows(x, packing.wanted.inList);
  residual = tf.add(residual, project(context, `${name}.self_attn.o_proj`, mixed));
  return tf.add(residual, swigluBlock(context, layer, norm(context, `${name}.post_attention_layernorm`, residual)));
}

/** The same, keeping only x. Masks and indices end with this forward pass, so those the second run needs are kept too. */
function recomputedLayer(context: Context, layer: number, x: tf.Tensor2D): tf.Tensor2D {
  const { packing, keyMask, positions, weights } = context;
  const moves = packing?.moves ? [packing.moves.spread, packing.moves.collect] : [];
  const indices = packing ? [packing.wanted.inBatch, packing.wanted.inList, ...moves] : [];
  const run = (input: tf.Tensor2D, [mask, places, ...kept]: tf.Tensor[]): tf.Tensor2D => {
    const [inBatch, inList, spread, collect] = kept as tf.Tensor1D[];
    const again: Context = { ...context, keyMask: mask as tf.Tensor2D, positions: places as tf.Tensor2D };
    if (packing) again.packing = { ...packing, moves: spread && { spread, collect }, wanted: { inBatch, inList } };
    return decoderLayer(again, layer, input);
  };
  return recompute(run, x, [keyMask, positions, ...indices], weights.recomputed!(layer));
}

/** Next-token logits of hidden states: [..., d] to [..., V]. */
export function llamaLogits<T extends tf.Tensor>(config: LlamaConfig, weights: Weights, hidden: T): T {
  return linear(hidden, vocabularyWeight(config, weights));
}

/** The weight of that product [V, d]. */
export const vocabularyWeight = (config: LlamaConfig, weights: Weights): tf.Tensor2D =>
  weights.get(config.tie_word_embeddings ? "model.embed_tokens.weight" : "lm_head.weight") as tf.Tensor2D;

/** Which keys exist, and where each token stands. */
function layout(tokens: tf.Tensor2D, options: ForwardOptions): { keyMask: tf.Tensor2D; positions: tf.Tensor2D } {
  const [B, T] = tokens.shape;
  const { attentionMask, positions, cache } = options;
  if (cache && cache.length > 0) {
    if (T === 1 && attentionMask?.shape[1] === cache.slots && positions) return { keyMask: attentionMask, positions };
    const wanted = "one token a row, an attentionMask over all slots, and positions";
    throw new CourseError(
      "bad-shape",
      `llamaHidden: a filled cache of ${cache.slots} slots got [${B},${T}]; pass ${wanted}`,
    );
  }
  const keyMask = attentionMask ?? tf.ones([B, T]);
  return { keyMask, positions: positions ?? defaultPositions(B, T, attentionMask) };
}

function defaultPositions(B: number, T: number, attentionMask?: tf.Tensor2D): tf.Tensor2D {
  if (attentionMask) return tf.cast(tf.maximum(tf.sub(tf.cumsum(attentionMask, 1), 1), 0), "int32") as tf.Tensor2D;
  return tf.tensor2d(
    Int32Array.from({ length: B * T }, (_, index) => index % T),
    [B, T],
    "int32",
  );
}

const weight2d = ({ weights }: Context, name: string) => weights.get(`${name}.weight`) as tf.Tensor2D;

/** x Wᵀ, and what an adapter adds to it. */
function project(context: Context, name: string, x: tf.Tensor2D): tf.Tensor2D {
  // Not `linear`, whose two reshapes cost as much as the product itself where one token a row is decoded.
  const projected: tf.Tensor2D = tf.matMul(x, weight2d(context, name), false, true);
  const change = context.weights.change?.(name, x);
  return change ? tf.add(projected, change) : projected;
}

const norm = ({ config, weights }: Context, name: string, x: tf.Tensor2D): tf.Tensor2D =>
  rmsNorm(x, weights.get(`${name}.weight`) as tf.Tensor1D, config.rms_norm_eps);

/** What attention brings together for each position, all heads side by side: [N, d] to [B·T, H·D]. */
function attend(context: Context, layer: number, x: tf.Tensor2D): tf.Tensor2D {
  const { config, positions, keyMask, cache, packing } = context;
  const { num_attention_heads: H, num_key_value_heads: keyHeads, head_dim: D } = config;
  const [B, T] = positions.shape;
  const projectHeads = (part: string, heads: number): tf.Tensor4D => {
    const projected = project(context, `model.layers.${layer}.self_attn.${part}`, x);
    return tf.reshape(packing?.moves ? gatherRows(projected, packing.moves.spread) : projected, [B, T, heads, D]);
  };

  const q = rotary(projectHeads("q_proj", H), positions, config.rope_theta);
  const k = rotary(projectHeads("k_proj", keyHeads), positions, config.rope_theta);
  const v = projectHeads("v_proj", keyHeads);
  const stored = cache?.write(layer, k, v);
  // An empty cache has nothing to add: the prompt attends to itself, without the free slots behind it.
  const { keys, values } = stored && cache!.length > 0 ? stored : { keys: k, values: v };
  return tf.reshape(causalAttention(q, keys, values, keyMask), [B * T, H * D]);
}

function swigluBlock(context: Context, layer: number, x: tf.Tensor2D): tf.Tensor2D {
  const part = (name: string, input: tf.Tensor2D) => project(context, `model.layers.${layer}.mlp.${name}`, input);
  return part("down_proj", swiglu(part("gate_proj", x), part("up_proj", x)));
}
