import type { Example } from "../batching";

/** Warns where no sequence teaches the end token that generation waits for. */
export function missingEos(examples: readonly Example[], eosId: number): { code: string; text: string }[] {
  if (examples.some(({ labels }) => labels.includes(eosId))) return [];
  const text =
    `no target holds the end token (id ${eosId}): the model never learns to stop, and replies will run to the length ` +
    "limit. Let the tokenizer end replies with it, and do not mask it: EOS is a completion token";
  return [{ code: "missing-eos", text }];
}
