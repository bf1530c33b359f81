import type { Numbers } from "../../../kernel-utils/src/exercise";
import type { LearnerFunction } from "../../../kernel-utils/src/exercise/attempt";

/** What is known of one notebook's exercises beside their specs. */
export interface Topic {
  /** How a learner would solve each exercise with tensors: a second implementation beside the plain reference. */
  answers: Record<string, LearnerFunction>;
  /** Hand-computed answers: the references themselves are not taken on trust. */
  byHand: [id: string, inputs: Numbers[], wanted: Numbers][];
}
