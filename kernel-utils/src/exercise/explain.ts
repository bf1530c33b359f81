import { messageOf } from "../errors";

type Explain = (...found: string[]) => string;

/** A shape as tfjs prints it, "2,3" or "[2,3]" or "" for a scalar, as we print it. */
const shape = (text: string): string => `[${text.replace(/[[\]\s]/g, "")}]`;

/** What tfjs and JavaScript say when a learner mixes up shapes or takes a list for a tensor, and the plain sentence. */
const known: readonly [RegExp, Explain][] = [
  [
    /could not be broadcast together with shapes ([\d,]*) and ([\d,]*?)\.?$/,
    (a, b) =>
      `shapes ${shape(a)} and ${shape(b)} do not fit together entry by entry; make them equal, or one of them 1`,
  ],
  [
    /matMul: inner shapes \((\d+)\) and \((\d+)\)/,
    (a, b) => `matMul needs equal inner sizes, here they are ${a} and ${b}; does one of the two want a transpose?`,
  ],
  [
    /Size\s?\((\d+)\) must match the product of shape ([\d,]*)/,
    (size, to) => `${size} numbers do not fill shape ${shape(to)}; reshape keeps the number of entries`,
  ],
  [
    /Argument '(\w+)' passed to '(\w+)' must be a Tensor or TensorLike, but got '(\w+)'/,
    (name, operation, got) =>
      `tf.${operation} got a ${got} for ${name}; it wants a tensor, a number or a list of numbers`,
  ],
  [
    /(\w+)\.(\w+) is not a function/,
    (name, method) => `${name} has no ${method}(); is it a number or a list where you expect a tensor, or the reverse?`,
  ],
  [
    /Tensor is disposed/,
    () => "you use a tensor that has been disposed of; dispose of it later, or leave that to tf.tidy",
  ],
  [/Maximum call stack/, () => "your function calls itself without end"],
];

/** The message of what a learner's function threw: a plain sentence where the mistake is a usual one. */
export function explainThrown(thrown: unknown): string {
  const message = messageOf(thrown);
  for (const [pattern, explain] of known) {
    const found = pattern.exec(message);
    if (found) return explain(...found.slice(1));
  }
  return message;
}
