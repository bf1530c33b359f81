export { type DpoOptions, type DpoResult, type DpoVariant, dpo, dpoVariants, type PairLogps } from "./dpo";
export { type OracleAnswer, type OracleRequest, oracle, oracleEntry, oracleNames } from "./oracle/oracle";
export type { ObjectiveResult } from "./result";
export { type SftOptions, sft, sftReductions } from "./sft";
