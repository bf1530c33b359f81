import { warmupCosine } from "../../kernel-utils/src/training";

it("warms up linearly, peaks, and comes down half a cosine to its floor", () => {
  const rate = warmupCosine({ peak: 1, warmupSteps: 4, totalSteps: 13, floor: 0.2 });
  expect([0, 1, 2, 3].map(rate)).toEqual([0.25, 0.5, 0.75, 1]);
  expect(rate(4)).toBe(1); // cos 0
  expect(rate(6)).toBeCloseTo(0.2 + 0.8 * 0.5 * (1 + Math.SQRT1_2), 12); // a quarter of the way: cos(π/4)
  expect(rate(8)).toBeCloseTo(0.6, 12); // halfway: cos(π/2) = 0
  expect(rate(12)).toBeCloseTo(0.2, 12); // the last step: cos π = −1
  expect(rate(100)).toBeCloseTo(0.2, 12);
});

it("without a floor ends at 0, without a warm-up starts at the peak", () => {
  const rate = warmupCosine({ peak: 3e-3, warmupSteps: 0, totalSteps: 11 });
  expect(rate(0)).toBe(3e-3);
  expect(rate(10)).toBeCloseTo(0, 15);
});

it("survives a run of one step", () => {
  expect(warmupCosine({ peak: 1, warmupSteps: 1, totalSteps: 1 })(0)).toBe(1);
  expect(warmupCosine({ peak: 1, warmupSteps: 0, totalSteps: 1 })(0)).toBe(1);
});

it("refuses what makes no schedule", () => {
  expect(() => warmupCosine({ peak: 0, warmupSteps: 0, totalSteps: 9 })).toThrow(/peak 0/);
  expect(() => warmupCosine({ peak: 1, floor: 2, warmupSteps: 0, totalSteps: 9 })).toThrow(/floor 2/);
  expect(() => warmupCosine({ peak: 1, warmupSteps: 10, totalSteps: 9 })).toThrow(/warmupSteps is 10 of totalSteps 9/);
});
