import type { Directive } from "../directives";

/** What the generated module tells the run time about its notebook; plain JSON. */
export interface NotebookMeta {
  /** As messages name it, from the project's root. */
  path: string;
  /** As stacks name it. */
  file: string;
  steps: StepMeta[];
}

export interface StepMeta {
  id: string;
  /** `[beta-sweep] Sweep beta`: the name of its test. */
  title: string;
  directive?: Directive;
  /** Longest it may run. */
  seconds: number;
  /** Line and column of the .ipynb where each line of the cell begins, from 1. */
  lines: [number, number][];
  /** Found before anything ran: the cell cannot run at all, and this is why. */
  refused?: LocatedMessage;
  /** The same for the stub this cell stands in for. */
  stub?: { id: string; title: string; attempted: boolean; lines: [number, number][] };
}

/** A message that names notebook, cell and line, and the place in the .ipynb to show beside it. */
export interface LocatedMessage {
  message: string;
  line: number;
  column: number;
}
