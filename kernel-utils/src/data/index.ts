/** Records: their types, validation, reading and writing. */
export { readDocuments, writeDocuments } from "./documents";
export {
  BadRecordError,
  type CollectedRecords,
  type RecordIssue,
  type RecordOrIssue,
  readRecords,
  streamRecords,
} from "./readRecords";
export type {
  AnnotatorVote,
  FeedbackRecord,
  InstructionRecord,
  PreferenceRecord,
  RecordKind,
  RecordKinds,
} from "./records";
export { writeRecords } from "./writeRecords";
