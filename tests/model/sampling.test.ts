import { sampleToken } from "../../kernel-utils/src/model";
import { Random } from "../../kernel-utils/src/tensor";

/** Logits of the distribution 0.5, 0.3, 0.15, 0.05. */
const logits = Float32Array.from([0.5, 0.3, 0.15, 0.05], Math.log);

function frequencies(options: Parameters<typeof sampleToken>[1], draws = 20_000): number[] {
  const random = new Random(0);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < draws; i++) counts[sampleToken(logits, options, random).token] += 1;
  return counts.map((count) => count / draws);
}

it.each([
  ["temperature 1: the distribution itself", {}, [0.5, 0.3, 0.15, 0.05]],
  // squares 0.25, 0.09, 0.0225, 0.0025 over their sum 0.365
  ["temperature 1/2: squared and normalised", { temperature: 0.5 }, [0.685, 0.247, 0.062, 0.007]],
  ["top-k 2: the two likeliest, 0.5 and 0.3 over 0.8", { topK: 2 }, [0.625, 0.375, 0, 0]],
  ["top-p 0.7: 0.5 is not enough, 0.5 + 0.3 is", { topP: 0.7 }, [0.625, 0.375, 0, 0]],
  ["top-p 0.9: three tokens over 0.95", { topP: 0.9 }, [0.526, 0.316, 0.158, 0]],
  ["top-p within top-k: 0.5 of 0.8 reaches 0.6", { topK: 2, topP: 0.6 }, [1, 0, 0, 0]],
  ["temperature 0: always the likeliest", { temperature: 0 }, [1, 0, 0, 0]],
])("%s", (_, options, expected) => {
  frequencies(options).forEach((frequency, token) => {
    // five standard errors of a frequency over 20,000 draws are at most 0.018
    expect(Math.abs(frequency - expected[token])).toBeLessThanOrEqual(expected[token] % 1 === 0 ? 0 : 0.018);
  });
});

it("reports log-probs of the whole distribution at its temperature, not of the truncated one", () => {
  expect(sampleToken(logits, { topK: 1 }, new Random(0)).logp).toBeCloseTo(Math.log(0.5), 6);
  expect(sampleToken(logits, { topK: 1, temperature: 0.5 }, new Random(0)).logp).toBeCloseTo(Math.log(0.25 / 0.365), 6);
  expect(sampleToken(logits, { temperature: 0 }, new Random(0)).logp).toBeCloseTo(Math.log(0.5), 6);
});

it("is not fooled by large logits and refuses NaN", () => {
  expect(sampleToken(Float32Array.of(10_000, 9_990), {}, new Random(0)).logp).toBeCloseTo(-4.54e-5, 6); // −log(1 + e^−10)
  expect(() => sampleToken(Float32Array.of(1, Number.NaN), {}, new Random(0))).toThrow(/logits hold NaN/);
});
