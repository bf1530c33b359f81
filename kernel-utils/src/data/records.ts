/** The three kinds of records, one JSON object a line. Unknown extra fields are kept. */
import type { ChatText } from "../text/chat";

/** A prompt with a reply to imitate. */
export interface InstructionRecord {
  readonly prompt: ChatText;
  readonly completion: ChatText;
  readonly [extra: string]: unknown;
}

/** How one annotator compared the two replies of a pair. */
export type AnnotatorVote = "chosen" | "rejected" | "tie";

/** A prompt with a better and a worse reply. */
export interface PreferenceRecord {
  readonly prompt: ChatText;
  readonly chosen: ChatText;
  readonly rejected: ChatText;
  /** How much better the chosen reply is; negative where the label is wrong. */
  readonly margin?: number;
  readonly annotators?: readonly AnnotatorVote[];
  readonly source?: string;
  readonly [extra: string]: unknown;
}

/** A prompt and a reply with a thumb: true for up. */
export interface FeedbackRecord {
  readonly prompt: ChatText;
  readonly completion: ChatText;
  readonly label: boolean;
  readonly [extra: string]: unknown;
}

/** The record type of each kind. */
export interface RecordKinds {
  readonly instruction: InstructionRecord;
  readonly preference: PreferenceRecord;
  readonly feedback: FeedbackRecord;
}

export type RecordKind = keyof RecordKinds;
