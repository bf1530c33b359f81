import { CourseError } from "../errors";

/**
 * A world small enough to write down: every reply to one prompt over a tiny vocabulary. Token 0 is EOS. A reply ends
 * with EOS, or is cut at maxLength tokens without one.
 */
export interface ExactWorld {
  /** V, EOS included. */
  vocabulary: number;
  maxLength: number;
  /** What may stand before a token: all EOS-free token lists shorter than maxLength, the empty one first. [P] */
  prefixes: number[][];
  /** All replies, [Y]. */
  replies: number[][];
  /** Where in the flat [P·V] table each token of each reply is looked up, [Y·maxLength]; −1 in the padding. */
  lookups: number[];
}

export const EOS = 0;

/**
 * @param vocabulary 2 to 5 tokens with EOS; @param maxLength 1 to 4
 * @returns with V = 5 and maxLength 4: 85 prefixes, 85 replies that end and 256 that are cut
 */
export function enumerateWorld({ vocabulary, maxLength }: { vocabulary: number; maxLength: number }): ExactWorld {
  checkSize("vocabulary", vocabulary, 2, 5);
  checkSize("maxLength", maxLength, 1, 4);
  const words = Array.from({ length: vocabulary - 1 }, (_, i) => i + 1);
  const byLength: number[][][] = [[[]]];
  for (let length = 1; length <= maxLength; length++) {
    byLength.push(byLength[length - 1].flatMap((prefix) => words.map((word) => [...prefix, word])));
  }
  const cut = byLength[maxLength];
  const prefixes = byLength.slice(0, maxLength).flat();
  const replies = [...prefixes.map((prefix) => [...prefix, EOS]), ...cut];
  const indexOf = new Map(prefixes.map((prefix, i) => [prefix.join(), i]));
  const lookups = replies.flatMap((reply) =>
    Array.from({ length: maxLength }, (_, t) => {
      if (t >= reply.length) return -1;
      return (indexOf.get(reply.slice(0, t).join()) ?? 0) * vocabulary + reply[t];
    }),
  );
  return { vocabulary, maxLength, prefixes, replies, lookups };
}

function checkSize(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw new CourseError(
    "bad-value",
    `enumerateWorld: ${name} is ${value}; it must be a whole number from ${low} to ${high}, or there is too much to enumerate`,
  );
}
