import type { Timing } from "../clock";

/** Something that can be timed again and again. */
export interface BenchCase {
  /** As `--only` takes it: `train-S`. */
  name: string;
  /** What one repetition does, in a few words. */
  what: string;
  /** Counted operations of one repetition, see flops.ts. */
  flops: number;
  /** Tokens that one repetition reads or makes; absent where there are none. */
  tokens?: number;
  open(): Promise<BenchSession>;
}

export interface BenchSession {
  /**
   * Of each of `repetitions`, run one after the other.
   *
   * @param onBoundary called when the first of them begins, after what a call needs beside them, and when each ends
   */
  time(repetitions: number, onBoundary?: () => void): Promise<Timing[]>;
  dispose(): void;
}
