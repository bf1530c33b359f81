import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { distribution, normals } from "../shared/plain";
import { klOf, tiltedLogps } from "./tilted";

type Inputs = readonly [referenceLogps: Row, rewards: Row, budget: number];
type Distance = (referenceLogps: Row, rewards: Row, beta: number) => number;

/** KL(π*‖π_ref) at this β, nats. */
const spent: Distance = (reference, rewards, beta) => klOf(tiltedLogps(reference, rewards, beta), reference);
const otherWay: Distance = (reference, rewards, beta) => klOf(reference, tiltedLogps(reference, rewards, beta));

/** Where a distance that falls as β rises equals the budget: bisection over log β. */
function solve(distance: Distance, reference: Row, rewards: Row, budget: number): number {
  let [low, high] = [1e-4, 1e6];
  for (let i = 0; i < 100; i++) {
    const middle = Math.sqrt(low * high);
    if (distance(reference, rewards, middle) > budget) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high);
}

/** The budget is a share of the most that π* can spend, so that a solution exists. */
function drawn(name: string, property: string, n: number, beta: number, random: Random): ExerciseCase<Inputs> {
  const reference = distribution(n, random).map(Math.log);
  const rewards = normals(n, 1, random);
  return { name, property, inputs: [reference, rewards, spent(reference, rewards, beta)] };
}

export const betaForBudget = defineExercise<Inputs>({
  id: "beta-for-budget",
  answer: "one β",
  inputs: [
    { name: "referenceLogps", kind: "plain" },
    { name: "rewards", kind: "plain" },
    { name: "budget", kind: "plain" },
  ],
  cases: (random) => [
    drawn("five replies", "π* at this β spends exactly the budget", 5, 0.8, random),
    drawn("eight replies, a large budget", "a small β", 8, 0.3, random),
    drawn("four replies, a tiny budget", "a large β", 4, 30, random),
    {
      name: "two replies",
      property: "1/log 3 = 0.9102, where π* = (3/4, 1/4)",
      inputs: [[0.5, 0.5].map(Math.log), [1, 0], Math.LN2 + 0.75 * Math.log(0.75) + 0.25 * Math.log(0.25)],
    },
  ],
  reference: (reference, rewards, budget) => solve(spent, reference, rewards, budget),
  tolerance: { relative: 1e-3, absolute: 1e-6 },
  mistakes: [
    {
      name: "direction",
      message: "this spends the budget in KL(π_ref‖π*); the penalty is KL(π*‖π_ref)",
      run: (reference, rewards, budget) => solve(otherWay, reference, rewards, budget),
    },
    {
      name: "inverse",
      message: "this is 1/β: the exponent is r/β, and a larger β spends less",
      run: (reference, rewards, budget) => 1 / solve(spent, reference, rewards, budget),
    },
    {
      name: "bits",
      message: "the budget is in nats and your KL in bits: use the natural logarithm",
      run: (reference, rewards, budget) => solve(spent, reference, rewards, budget * Math.LN2),
    },
    {
      name: "reward-gained",
      message: "this is where the expected reward has risen by the budget; the budget is KL",
      run: (reference, rewards, budget) => {
        const gained: Distance = (logps, values, beta) => meanOf(tiltedLogps(logps, values, beta), values);
        const before = meanOf(reference, rewards);
        return solve((logps, values, beta) => gained(logps, values, beta) - before, reference, rewards, budget);
      },
    },
    {
      name: "penalty",
      message: "this is where β KL equals the budget; the budget is the KL itself",
      run: (reference, rewards, budget) =>
        solve((logps, values, beta) => beta * spent(logps, values, beta), reference, rewards, budget),
    },
    {
      name: "small-budget",
      message: "this is the estimate √(Var(r)/2κ), which holds for tiny budgets only; search from there",
      run: (reference, rewards, budget) => Math.sqrt(varianceOf(reference, rewards) / (2 * budget)),
    },
  ],
  hints: [
    "KL(π*‖π_ref) falls as β rises: so you can search",
    "halve an interval in log β, from 10⁻⁴ to 10⁶: KL above the budget means that β is too small",
    "60 halvings: const middle = Math.sqrt(low * high); if KL(middle) > budget, low = middle, else high = middle",
  ],
});

const meanOf = (logps: Row, values: Row): number => logps.reduce((sum, logp, y) => sum + Math.exp(logp) * values[y], 0);
function varianceOf(logps: Row, values: Row): number {
  const mean = meanOf(logps, values);
  return meanOf(
    logps,
    values.map((value) => (value - mean) ** 2),
  );
}
