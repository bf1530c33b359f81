import { messageOf } from "../errors";

type Explain = (...found: string[]) => string;

/** A shape as tfjs prints it, "2,3" or "[2,3]" or "" for a scalar, as we print it. */
const shape = (text: string): string => `[${text.replace(/[[\]\s]/g, "")}]`;

const withArticle = (noun: string): string => `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;

const dtypes = "known are float32, int32, bool, complex64 and string";

/** What tfjs 4.22 and JavaScript say when a learner mixes up shapes or takes a list for a tensor, and the plain sentence. */
const known: readonly [RegExp, Explain][] = [
  [
    /could not be broadcast together with shapes ([\d,]*) and ([\d,]*?)\.?$/,
    (a, b) =>
      `shapes ${shape(a)} and ${shape(b)} do not fit together entry by entry; make them equal, or one of them 1`,
  ],
  // A [n] for a matrix: tfjs reads a size that is not there, undefined or NaN, and complains of that.
  [
    /matMul: inner shapes .*undefined.* of Tensors with shapes ([\d,]*) and ([\d,]*) and/,
    (a, b) => `matMul got shapes ${shape(a)} and ${shape(b)}; both must have two axes, so expandDims a list, or tf.dot`,
  ],
  [
    /has NaN elements/,
    () => "matMul got a list of numbers for a matrix; give it two axes with expandDims, or use tf.dot",
  ],
  [
    /matMul: inner shapes \((\d+)\) and \((\d+)\)/,
    (a, b) => `matMul needs equal inner sizes, here they are ${a} and ${b}; does one of the two want a transpose?`,
  ],
  [
    /dot: inner dimensions of inputs must match, but got (\d+) and (\d+)/,
    (a, b) => `tf.dot needs equal inner sizes, here they are ${a} and ${b}`,
  ],
  [
    /Size\s?\((\d+)\) must match the product of shape ([\d,]*)/,
    (size, to) => `${size} numbers do not fill shape ${shape(to)}; reshape keeps the number of entries`,
  ],
  [
    /provided shape, (\[[\d,]*\]), the tensor should have (\d+) values but has (\d+)/,
    (to, wanted, size) => `${size} numbers do not fill shape ${shape(to)}, which takes ${wanted}`,
  ],
  [
    /must be in range \[-(\d+), \d+\) but got axis (-?\d+)/,
    (rank, axis) =>
      `there is no axis ${axis} in a tensor of ${rank} axes; they are counted from 0, and from −1 at the end`,
  ],
  [
    /All tensors passed to stack must have matching shapes Shapes ([\d,]*) and ([\d,]*) must match/,
    (a, b) => `tf.stack wants tensors of one shape, here are ${shape(a)} and ${shape(b)}`,
  ],
  [
    /Argument '(\w+)' passed to '(\w+)' must be a Tensor or TensorLike, but got 'null'/,
    (name, operation) =>
      `tf.${operation} got undefined or null for ${name}; is there a return in every branch before it?`,
  ],
  [
    /Argument '(\w+)' passed to '(\w+)' must be a Tensor or TensorLike, but got '(\w+)'/,
    (name, operation, got) =>
      `tf.${operation} got ${withArticle(got.toLowerCase())} for ${name}; it wants a tensor, a number or a list of numbers`,
  ],
  [
    /Argument '(\w+)' passed to '(\w+)' must be (\w+) tensor, but got (\w+) tensor/,
    (name, operation, wanted, got) =>
      got === "string"
        ? `tf.${operation} got text for ${name}; it wants numbers`
        : `tf.${operation} wants ${wanted} for ${name} and got ${got}; convert it with .cast("${wanted}")`,
  ],
  [/(?:unknown dtype|Unknown data type) (\w+)/, (dtype) => `tfjs has no dtype "${dtype}"; ${dtypes}`],
  [
    /^(?:TypeError: )?(.+)\.(\w+) is not a function$/,
    (name, method) =>
      name === "tf"
        ? `tf has no ${method}(); look for its spelling in the TensorFlow.js documentation`
        : `${name} has no ${method}(); is it a number or a list where you expect a tensor, or the reverse?`,
  ],
  [
    /Cannot read properties of (undefined|null) \(reading '(\w+)'\)/,
    (nothing, name) =>
      `you ask for .${name} of something that is ${nothing}; does it get a value on every way to here?`,
  ],
  [
    /Tensor is disposed/,
    () => "you use a tensor that has been disposed of; dispose of it later, or leave that to tf.tidy",
  ],
  [/Maximum call stack/, () => "your function calls itself without end"],
];

/** The message of what a learner's function threw: a plain sentence where the mistake is a usual one. */
export function explainThrown(thrown: unknown): string {
  const message = messageFrom(thrown);
  for (const [pattern, explain] of known) {
    const found = pattern.exec(message);
    if (found) return explain(...found.slice(1));
  }
  return message;
}

/** Also of an error of another realm, which is no instance of our Error. */
function messageFrom(thrown: unknown): string {
  const isError = typeof thrown === "object" && thrown !== null && "message" in thrown;
  return isError && typeof thrown.message === "string" ? messageOf(thrown.message) : messageOf(thrown);
}
