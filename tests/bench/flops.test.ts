import {
  forwardFlops,
  generationFlops,
  matMulFlops,
  preferenceFlops,
  trainingFlops,
} from "../../kernel-utils/src/bench/flops";
import { llamaConfig } from "../../kernel-utils/src/model";

/**
 * By hand, d 4, 2 heads of 2, 1 key/value head, inner width 8, V 10, one layer: q and o 4·4, k and v 4·2, three of 4·8:
 * 144 weights, 288 operations a token. One query-key pair: 2·2·2 for the score and as much for mixing, 16. Logits: 80.
 */
const config = llamaConfig({
  vocab_size: 10,
  hidden_size: 4,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  intermediate_size: 8,
});

describe("counted operations", () => {
  it("of a product are two a multiply-add", () => expect(matMulFlops(2, 3, 5)).toBe(60));

  it("of a forward pass: three tokens, six causal pairs, two positions with logits, two rows", () =>
    expect(forwardFlops(config, 2, 3, 2)).toBe(2 * (3 * 288 + 6 * 16 + 2 * 80)));

  it("of a training step are three forward passes, logits where a next token is", () =>
    expect(trainingFlops(config, 2, 3)).toBe(3 * 2240));

  it("grow with the layers, the vocabulary's part aside", () => {
    const deeper = { ...config, num_hidden_layers: 4 };
    expect(forwardFlops(deeper, 1, 3, 0)).toBe(4 * forwardFlops(config, 1, 3, 0));
  });

  it("of preferences are those of twice the rows, and of the reference one forward pass more", () => {
    expect(preferenceFlops(config, 1, 3, 2, false)).toBe(6720);
    expect(preferenceFlops(config, 1, 3, 2, true)).toBe(6720 + 2240);
  });

  it("of generation: the prompt, then each new token but the last against all before it", () =>
    expect(generationFlops(config, 1, 3, 2)).toBe(3 * 288 + 6 * 16 + (288 + 4 * 16) + 2 * 80));
});
