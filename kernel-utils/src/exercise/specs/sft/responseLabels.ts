import type { Row } from "../../numbers";
import { defineExercise } from "../../spec";

type Inputs = readonly [tokens: Row, promptLength: number, padId: number];

const ignored = -100;
const pad = 0;
const eos = 2;

const masked = (tokens: Row, drop: (token: number, t: number) => boolean): number[] =>
  tokens.map((token, t) => (drop(token, t) ? ignored : token));
const labelsOf = (tokens: Row, promptLength: number, padId: number): number[] =>
  masked(tokens, (token, t) => t < promptLength || token === padId);

export const responseLabels = defineExercise<Inputs>({
  id: "response-labels",
  answer: "one label per token, [T],",
  answerKind: "int32",
  inputs: [
    { name: "tokens", kind: "plain" },
    { name: "promptLength", kind: "plain" },
    { name: "padId", kind: "plain" },
  ],
  cases: (random) => {
    const words = (n: number) => Array.from({ length: n }, () => 10 + random.integer(80));
    return [
      {
        name: "prompt, reply, end, padding",
        property: "−100 on prompt and padding, tokens on the reply",
        inputs: [[1, ...words(3), ...words(4), eos, pad, pad], 4, pad],
      },
      {
        name: "no padding",
        property: "the end of the reply is kept",
        inputs: [[1, ...words(2), ...words(3), eos], 3, pad],
      },
      {
        name: "a reply of one word",
        property: "its first token is kept",
        inputs: [[1, ...words(4), 50, eos, pad], 5, pad],
      },
      {
        name: "another padding id",
        property: "padding is what padId says",
        inputs: [[1, ...words(2), ...words(2), eos, 99, 99], 3, 99],
      },
    ];
  },
  reference: labelsOf,
  mistakes: [
    {
      name: "prompt-not-masked",
      message: "the prompt is not masked: the model would be trained to write the question too",
      run: (tokens, _promptLength, padId) => masked(tokens, (token) => token === padId),
    },
    {
      name: "padding-not-masked",
      message: "padding is not masked: the model would be trained to write padding",
      run: (tokens, promptLength) => masked(tokens, (_, t) => t < promptLength),
    },
    {
      name: "eos-dropped",
      message: "the end of the reply is masked: a model that never sees it counted never learns to stop",
      run: (tokens, promptLength, padId) => {
        const labels = labelsOf(tokens, promptLength, padId);
        const last = labels.reduce((found, label, t) => (label === ignored ? found : t), -1);
        return labels.map((label, t) => (t === last ? ignored : label));
      },
    },
    {
      name: "shifted",
      message: "you have shifted the labels; they stand where their tokens stand, and the loss shifts once",
      run: (tokens, promptLength, padId) => [...labelsOf(tokens, promptLength, padId).slice(1), ignored],
    },
    {
      name: "first-token-masked",
      message: "the first token of the reply is masked: the prompt has promptLength tokens, 0 to promptLength − 1",
      run: (tokens, promptLength, padId) => labelsOf(tokens, promptLength + 1, padId),
    },
    {
      name: "last-prompt-token-kept",
      message: "the last token of the prompt is not masked: the reply starts at index promptLength",
      run: (tokens, promptLength, padId) => labelsOf(tokens, promptLength - 1, padId),
    },
  ],
  hints: [
    "which tokens should the model be praised for?",
    "copy the tokens, and write −100 where the index is below promptLength or the token is padding",
  ],
});
