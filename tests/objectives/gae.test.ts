import { type GaeOptions, gaeWith } from "../../kernel-utils/src/objectives/gae";
import { expectExactly, m, table } from "./float64";

const rewards = [[1, 2, 3]];
const values = [[0.5, 1, 2]];
const run = (options: GaeOptions, mask?: number[][]) =>
  gaeWith(m, { rewards: table(rewards), values: table(values), mask: mask && table(mask) }, options);

describe("gae", () => {
  it.each([
    // δ = (1 + 1 − 0.5, 2 + 2 − 1, 3 − 2) = (1.5, 3, 1)
    { gamma: 1, lambda: 0, advantages: [[1.5, 3, 1]] }, // the TD errors
    { gamma: 1, lambda: 1, advantages: [[5.5, 4, 1]] }, // return − value: 6 − 0.5, 5 − 1, 3 − 2
    { gamma: 1, lambda: 0.5, advantages: [[3.25, 3.5, 1]] }, // 3 + ½·1 = 3.5, 1.5 + ½·3.5 = 3.25
    // δ = (1 + 0.5 − 0.5, 2 + 1 − 1, 1) = (1, 2, 1); γλ = ¼: 2 + ¼, 1 + ¼·2.25
    { gamma: 0.5, lambda: 0.5, advantages: [[1.5625, 2.25, 1]] },
  ])("γ $gamma, λ $lambda", ({ gamma, lambda, advantages }) => {
    const result = run({ gamma, lambda });
    expectExactly(result.advantages, advantages);
    expectExactly(
      result.returns,
      advantages[0].map((advantage, t) => advantage + values[0][t]),
    );
  });

  it("γ is 1 and λ 0.95 by default", () => {
    expectExactly(run({}).advantages, [[1.5 + 0.95 * (3 + 0.95), 3.95, 1]]);
  });

  it("agrees with NeMo-Aligner's example: V 0 to 3, r (0,0,1,0), γ ½, λ 0 give (½, 0, ½, −3)", () => {
    const example = { rewards: table([[0, 0, 1, 0]]), values: table([[0, 1, 2, 3]]) };
    expectExactly(gaeWith(m, example, { gamma: 0.5, lambda: 0 }).advantages, [[0.5, 0, 0.5, -3]]);
  });

  it("leaves masked tokens out as if they were not there, inside and behind, whatever they hold", () => {
    const mask = table([[1, 0, 1, 1, 0]]);
    const padded = {
      rewards: table([[1, 77, 2, 3, 99]]),
      values: table([[0.5, Number.NaN, 1, 2, Number.NaN]]),
      mask,
    };
    const { advantages, returns } = gaeWith(m, padded, { lambda: 0.5 });
    expectExactly(advantages, [[3.25, 0, 3.5, 1, 0]]);
    expectExactly(returns, [[3.75, 0, 4.5, 3, 0]]);
  });

  it("takes returns from the advantages before whitening", () => {
    const { advantages, returns } = run({ lambda: 0, whiten: true, ddof: 0 }); // 1.5, 3, 1: mean 11/6
    expectExactly(returns, [[2, 4, 3]]);
    const raw = [1.5, 3, 1];
    const mean = 11 / 6;
    const variance = raw.reduce((sum, a) => sum + (a - mean) ** 2, 0) / 3;
    raw.forEach((a, t) => expect(advantages.values[t]).toBeCloseTo((a - mean) / Math.sqrt(variance), 6));
  });

  it("with one token the advantage is reward − value; with no token counted everything is 0", () => {
    const one = { rewards: table([[3]]), values: table([[2]]) };
    expectExactly(gaeWith(m, one).advantages, [[1]]);
    expectExactly(gaeWith(m, { ...one, mask: table([[0]]) }).advantages, [[0]]);
    expectExactly(gaeWith(m, { ...one, mask: table([[0]]) }, { whiten: true }).returns, [[0]]);
  });

  it("refuses λ above 1 and values of another shape", () => {
    expect(() => run({ lambda: 1.5 })).toThrow(/lambda is 1.5; it must be in \[0, 1\]/);
    expect(() => gaeWith(m, { rewards: table(rewards), values: table([[1]]) })).toThrow(/values has shape \[1,1\]/);
  });
});
