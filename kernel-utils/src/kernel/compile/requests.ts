/** What the compiler's thread is asked and answers. */
import type { Completions } from "./complete";
import type { Inspection } from "./inspect";
import type { Completeness } from "./isComplete";
import type { Compilation } from "./notebookCompiler";

export interface Questions {
  compile: (source: string) => Compilation;
  commit: (number: number, isOk: boolean, done: readonly string[]) => void;
  reset: () => void;
  complete: (code: string, cursor: number) => Completions;
  inspect: (code: string, cursor: number, detail?: number) => Inspection;
  isComplete: (code: string) => Completeness;
  warm: (source?: string) => void;
}

export interface Question {
  id: number;
  name: keyof Questions;
  given: unknown[];
}

export interface Answer {
  id: number;
  value?: unknown;
  /** Set when the compiler itself failed. */
  error?: string;
}
