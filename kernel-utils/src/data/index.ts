/** Records: their types, validation, reading and writing. */
export type {
  AnnotatorVote,
  FeedbackRecord,
  InstructionRecord,
  PreferenceRecord,
  RecordKind,
  RecordKinds,
} from "./records";
