/** The shapes that benchmarks run at, and the data to run them on: random words, every row exactly full. */
import { type LlamaConfig, llamaConfig } from "../model";
import { Random } from "../tensor/random";
import { specialTokens, WordTokenizer } from "../text";

export interface BenchShape {
  name: string;
  layers: number;
  /** d, the width of the residual stream. */
  width: number;
  heads: number;
  /** T, tokens a row. */
  length: number;
  /** B, rows a step; pairs a step for preferences. */
  batch: number;
  /** V */
  vocabulary: number;
}

/** The two sizes that are compared with other libraries: one small enough for a lesson, one that is mostly arithmetic. */
export const benchShapes = {
  S: { name: "S", layers: 2, width: 128, heads: 4, length: 64, batch: 16, vocabulary: 512 },
  M: { name: "M", layers: 6, width: 384, heads: 6, length: 128, batch: 4, vocabulary: 2048 },
} as const satisfies Record<string, BenchShape>;

export type ShapeName = keyof typeof benchShapes;
export const shapeNames = Object.keys(benchShapes) as ShapeName[];

/** As many key/value heads as query heads: the form of attention that every library has a fast path for. */
export const configOf = ({ layers, width, heads, length, vocabulary }: BenchShape): LlamaConfig =>
  llamaConfig({
    vocab_size: vocabulary,
    hidden_size: width,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: heads,
    max_position_embeddings: Math.max(length, generationLength),
  });

/** Prompts, and what is generated behind each. */
export const generation = { prompts: 16, promptTokens: 16, newTokens: 48 } as const;
const generationLength = generation.promptTokens + generation.newTokens;

/** One word an id, so that text and tokens say the same to every library. */
export const benchTokenizer = ({ vocabulary }: BenchShape): WordTokenizer =>
  WordTokenizer.fromWords(Array.from({ length: vocabulary - specialTokens.length }, (_, index) => `w${index}`));

const words = ({ vocabulary }: BenchShape, count: number, random: Random): string =>
  Array.from({ length: count }, () => `w${random.integer(vocabulary - specialTokens.length)}`).join(" ");

/** Texts of T tokens with their `<bos>` and `<eos>`. */
export function documentsOf(shape: BenchShape, count: number): string[] {
  const random = new Random("bench documents");
  return Array.from({ length: count }, () => words(shape, shape.length - 2, random));
}

/** `<bos> <user> word <assistant>`: the shortest prompt there is, so that nearly every position counts. */
export const pairPromptTokens = 4;

export interface BenchPair {
  prompt: string;
  chosen: string;
  rejected: string;
}

/** Preferences whose prompt and reply, `<eos>` included, are T tokens together. */
export function pairsOf(shape: BenchShape, count: number): BenchPair[] {
  const random = new Random("bench pairs");
  const reply = () => words(shape, shape.length - pairPromptTokens - 1, random);
  return Array.from({ length: count }, () => ({ prompt: words(shape, 1, random), chosen: reply(), rejected: reply() }));
}

/** Prompts of equal length as ids, special tokens left out. */
export function promptsOf({ vocabulary }: BenchShape): number[][] {
  const random = new Random("bench prompts");
  const first = specialTokens.length;
  const id = () => first + random.integer(vocabulary - first);
  return Array.from({ length: generation.prompts }, () => Array.from({ length: generation.promptTokens }, id));
}
