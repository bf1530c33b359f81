import type { Row } from "../../numbers";
import { defineExercise } from "../../spec";

type Inputs = readonly [prompts: Row];

/** The next place round the end whose prompt is another. */
const partners = (prompts: Row, step = 1): number[] =>
  prompts.map((prompt, place) => {
    const n = prompts.length;
    let other = (place + step + n) % n;
    while (prompts[other] === prompt) other = (other + step + n) % n;
    return other;
  });

const next = (prompts: Row): number[] => prompts.map((_, place) => (place + 1) % prompts.length);

export const ktoMismatch = defineExercise<Inputs>({
  id: "kto-mismatch",
  answer: "for each prompt the place of the reply it gets, [B],",
  answerKind: "int32",
  inputs: [{ name: "prompts", kind: "plain" }],
  cases: (random) => [
    { name: "five prompts", property: "everyone gets the next one's", inputs: [random.shuffle([0, 1, 2, 3, 4])] },
    { name: "neighbours with one prompt", property: "never a reply to the same prompt", inputs: [[7, 7, 3, 3, 5]] },
    { name: "the same prompt round the end", property: "the search goes on at the start", inputs: [[4, 2, 2, 4]] },
    { name: "two prompts", property: "they exchange", inputs: [[1, 0]] },
  ],
  reference: (prompts) => partners(prompts),
  mistakes: [
    {
      name: "own-reply",
      message: "each prompt keeps its own reply; z0 then measures the batch itself and cancels most of the gain",
      run: (prompts) => prompts.map((_, place) => place),
    },
    {
      name: "same-prompt",
      message: "two neighbours may share a prompt, and then the reply is no mismatch: go on to the next other prompt",
      run: next,
    },
    {
      name: "not-round",
      message: "the last prompt has no next one; it takes the first, round the end",
      run: (prompts) => prompts.map((_, place) => Math.min(place + 1, prompts.length - 1)),
    },
    {
      name: "backwards",
      message: "you go backwards (as HALOs does); here, as in TRL, a prompt gets a later reply",
      run: (prompts) => partners(prompts, -1),
    },
  ],
  hints: [
    "start with the next place; what if the batch ends there, and what if that prompt is the same?",
    "other = (place + 1) % n, and while prompts[other] === prompts[place] go on by one",
  ],
});
