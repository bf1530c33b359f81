import { checkedChoice } from "./checkedChoice";

/**
 * `none`; `initial`: shifted and scaled once, so that the first round's scores (the reference's own replies) have mean 0
 * and standard deviation 1 (Ziegler et al. 2019, section 2.1); `running`: by mean and deviation of all scores so far
 * (OpenRLHF).
 */
export const scoreNormalizations = ["none", "initial", "running"] as const;
export type ScoreNormalization = (typeof scoreNormalizations)[number];

export interface ScoreNormalizerState {
  count: number;
  mean: number;
  squares: number;
}

/** Scores as the loss sees them. Clipped, where that is asked for, after they are normalised. */
export class ScoreNormalizer {
  private count = 0;
  private mean = 0;
  /** Σ (x − mean)², by Welford's recurrence. */
  private squares = 0;

  constructor(
    method: string,
    private readonly kind: ScoreNormalization,
    private readonly clip = Number.POSITIVE_INFINITY,
  ) {
    checkedChoice(method, "scoreNormalization", kind, scoreNormalizations);
  }

  apply(scores: readonly number[]): number[] {
    if (this.kind === "running" || (this.kind === "initial" && this.count === 0)) this.learn(scores);
    const deviation = this.count > 1 ? Math.sqrt(this.squares / (this.count - 1)) : 0;
    const scale = this.kind === "none" ? 1 : 1 / Math.max(deviation, 1e-8);
    const shift = this.kind === "none" ? 0 : this.mean;
    return scores.map((score) => Math.min(Math.max((score - shift) * scale, -this.clip), this.clip));
  }

  /** What it has learnt of the scores so far, fit for JSON. */
  state(): ScoreNormalizerState {
    const { count, mean, squares } = this;
    return { count, mean, squares };
  }

  /** Continues exactly where `state()` was taken. */
  restore({ count, mean, squares }: ScoreNormalizerState): void {
    [this.count, this.mean, this.squares] = [count, mean, squares];
  }

  private learn(scores: readonly number[]): void {
    for (const score of scores) {
      this.count += 1;
      const before = score - this.mean;
      this.mean += before / this.count;
      this.squares += before * (score - this.mean);
    }
  }
}
