import { CourseError } from "../../errors";
import { countLabels, type Example } from "../batching";

/** Warns where no sequence teaches the end token that generation waits for. */
export function missingEos(examples: readonly Example[], eosId: number): { code: string; text: string }[] {
  if (examples.some(({ labels }) => labels.includes(eosId))) return [];
  const text =
    `no target holds the end token (id ${eosId}): the model never learns to stop, and replies will run to the length ` +
    "limit. Let the tokenizer end replies with it, and do not mask it: EOS is a completion token";
  return [{ code: "missing-eos", text }];
}

/** Warns of sequences of which no label counts; refuses where that is all of them. */
export function maskedRecords(method: string, examples: readonly Example[]): { code: string; text: string }[] {
  const masked = examples.flatMap(({ labels }, index) => (countLabels(labels) === 0 ? [index] : []));
  if (masked.length === 0) return [];
  if (masked.length === examples.length) {
    const what = `none of the ${examples.length} records has a token to learn: every label is masked`;
    throw new CourseError("bad-record", `${method}: ${what}; look at completions and at how they are collated`);
  }
  const text =
    `${masked.length} of ${examples.length} records have no token to learn (record ${masked[0]} is the first): they are left out of ` +
    "their batches, and a batch of such records alone is skipped. Drop them, or look at what masks their labels";
  return [{ code: "masked-records", text }];
}
