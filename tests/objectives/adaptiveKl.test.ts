import { adaptiveKl } from "../../kernel-utils/src/objectives";

const options = { initial: 0.1, target: 6, horizon: 1000, steps: 100 };

describe("adaptive-kl", () => {
  it("moves β by the clipped error: +2 %, 0, −2 %, +1 %", () => {
    const { coefficients } = adaptiveKl([60, 6, 0, 6.6], options); // e = 0.2 (9 clipped), 0, −0.2 (−1 clipped), 0.1
    const wanted = [0.1 * 1.02, 0.1 * 1.02, 0.1 * 1.02 * 0.98, 0.1 * 1.02 * 0.98 * 1.01];
    coefficients.forEach((coefficient, i) => expect(coefficient).toBeCloseTo(wanted[i], 15));
  });

  it("starts at 0.15 with target 6 and horizon 10 000, as OpenAI's code", () => {
    expect(adaptiveKl([12], { steps: 500 }).coefficients[0]).toBeCloseTo(0.15 * (1 + 0.2 * 0.05), 15);
  });

  it("takes a negative estimate for a KL far below the target", () => {
    expect(adaptiveKl([-3], options).coefficients[0]).toBeCloseTo(0.098, 15);
  });

  it("refuses what would turn β around, a missing step count, and a run that diverged", () => {
    expect(() => adaptiveKl([1], { ...options, steps: 5000 })).toThrow(
      /steps is 5000; it must be > 0 and below 5 horizons/,
    );
    expect(() => adaptiveKl([1], {} as typeof options)).toThrow(/steps is undefined/);
    expect(() => adaptiveKl([1, Number.NaN], options)).toThrow(/observed KL is NaN; the run has diverged/);
  });
});
