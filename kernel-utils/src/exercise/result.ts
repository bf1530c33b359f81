import type { Numbers } from "./numbers";

export interface CaseResult {
  name: string;
  /** What must be true of the answer. */
  property: string;
  inputs: readonly Numbers[];
  got?: Numbers;
  wanted: Numbers;
  /** What is wrong, in plain words; absent when the case passes. */
  problem?: string;
}

export interface CheckResult {
  id: string;
  status: "passed" | "failed" | "not-attempted";
  /** One sentence for the learner. */
  message: string;
  /** The name of the mistake that was recognised. */
  mistake?: string;
  hint?: string;
  /** Which of the exercise's hints that is, from 1; absent for the hint of an untouched stub. */
  hintNumber?: number;
  cases: CaseResult[];
}
