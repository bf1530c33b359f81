import {
  benchCases,
  benchShapes,
  benchTokenizer,
  documentsOf,
  pairsOf,
  promptsOf,
  selectCases,
} from "../../kernel-utils/src/bench";
import { configOf, pairPromptTokens } from "../../kernel-utils/src/bench/shapes";
import { collatePreferences, ignoreIndex, packDocuments } from "../../kernel-utils/src/training";

describe.each(Object.values(benchShapes))("the data of $name", (shape) => {
  const tokenizer = benchTokenizer(shape);

  it("fills the vocabulary", () => expect(tokenizer.vocabularySize).toBe(shape.vocabulary));

  it("has B rows of T tokens, all of which count", () => {
    const blocks = packDocuments(tokenizer, documentsOf(shape, shape.batch), shape.length);
    expect(blocks).toHaveLength(shape.batch);
    for (const { tokens, labels } of blocks) {
      expect(tokens).toHaveLength(shape.length);
      expect(labels).not.toContain(ignoreIndex);
      expect(tokens).not.toContain(tokenizer.unkId);
    }
  });

  it("has pairs of T tokens, of which only the shortest prompt does not count", () => {
    for (const pair of pairsOf(shape, shape.batch)) {
      const { chosen, rejected } = collatePreferences(tokenizer, pair);
      for (const { tokens, labels } of [chosen, rejected]) {
        expect(tokens).toHaveLength(shape.length);
        expect(labels.filter((label) => label === ignoreIndex)).toHaveLength(pairPromptTokens);
      }
      expect(chosen.tokens).not.toEqual(rejected.tokens);
    }
  });

  it("has prompts of ordinary tokens", () =>
    expect(
      promptsOf(shape)
        .flat()
        .every((id) => !tokenizer.isSpecial(id) && id < shape.vocabulary),
    ).toBe(true));
});

// The sizes that every table names: 2 layers of d 128 with SwiGLU width 344, 6 of d 384 with 1024.
it.each([
  [benchShapes.S, { hidden_size: 128, head_dim: 32, num_key_value_heads: 4, intermediate_size: 344 }],
  [benchShapes.M, { hidden_size: 384, head_dim: 64, num_key_value_heads: 6, intermediate_size: 1024 }],
])("$name is the model it says", (shape, expected) => expect(configOf(shape)).toMatchObject(expected));

describe("selectCases", () => {
  it("takes names and their beginnings, in the list's order", () =>
    expect(selectCases(["train-M", "gemm-512", "train"]).map(({ name }) => name)).toEqual([
      "gemm-512-nn",
      "gemm-512-nt",
      "gemm-512-tn",
      "gemm-512-tt",
      "train-S",
      "train-M",
    ]));

  it("names the one it does not know", () =>
    expect(() => selectCases(["train-S", "trian"])).toThrow(
      /no case is called "trian"; known: gemm-256-nn, .*train-S/,
    ));

  it("has no two cases of one name", () => {
    const names = benchCases().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
