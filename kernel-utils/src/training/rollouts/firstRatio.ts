import { CourseError } from "../../errors";

/**
 * Before the first optimizer step of a round the policy is the one that sampled: every ratio is 1, nothing is clipped and
 * the KL between the two is 0, up to float32. Where it is not, log-probs of the rollout and of the loss are not about the
 * same thing (another temperature, a shifted mask, dropout left on), and what follows would be noise that looks like
 * training.
 */
export function checkFirstRatio(method: string, metrics: Readonly<Record<string, number>>): void {
  const checks: [string, number, number][] = [
    ["val/ratio", 1, 1e-3],
    ["policy/approxkl", 0, 1e-5],
    ["policy/clipfrac", 0, 0],
  ];
  for (const [name, expected, tolerance] of checks) {
    const value = metrics[name];
    if (Math.abs(value - expected) <= tolerance) continue;
    const cause =
      "the log-probs of the rollout and of the loss disagree; turn off dropout, keep the weights fixed between";
    throw new CourseError(
      "bad-value",
      `${method}: ${name} is ${value} at a round's first minibatch, not ${expected}; ${cause}`,
    );
  }
}
