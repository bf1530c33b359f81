import type { Rows } from "../../numbers";
import { defineExercise } from "../../spec";
import { sum } from "../shared/plain";

type Inputs = readonly [attentionMask: Rows];

const paddedRow = (tokens: number, width: number): number[] =>
  Array.from({ length: width }, (_, t) => (t < tokens ? 1 : 0));

export const lastToken = defineExercise<Inputs>({
  id: "last-token",
  answer: "one position per row, [B],",
  answerKind: "int32",
  inputs: [{ name: "attentionMask", kind: "plain" }],
  cases: (random) => [
    {
      name: "rows of random length, padded on the right",
      property: "the last 1 of each row",
      inputs: [Array.from({ length: 6 }, () => paddedRow(1 + random.integer(12), 12))],
    },
    {
      name: "padding on the right",
      property: "the last 1 of each row",
      inputs: [
        [
          [1, 1, 1, 0, 0],
          [1, 1, 1, 1, 0],
          [1, 0, 0, 0, 0],
        ],
      ],
    },
    {
      name: "padding on the left",
      property: "the last column, for every row",
      inputs: [
        [
          [0, 0, 1, 1],
          [0, 1, 1, 1],
        ],
      ],
    },
    { name: "no padding", property: "T − 1", inputs: [[[1, 1, 1]]] },
    {
      name: "padding on both sides",
      property: "still the last 1",
      inputs: [
        [
          [0, 1, 1, 1, 0, 0],
          [0, 0, 0, 1, 0, 0],
          [1, 1, 1, 1, 1, 1],
        ],
      ],
    },
  ],
  reference: (mask) => mask.map((row) => row.lastIndexOf(1)),
  mistakes: [
    {
      name: "last-column",
      message: "you have read the last column: with padding on the right that is the score of a padding token",
      run: (mask) => mask.map((row) => row.length - 1),
    },
    {
      name: "count",
      message: "you have counted the tokens and subtracted 1: right only while all padding stands on the right",
      run: (mask) => mask.map((row) => sum(row) - 1),
    },
    {
      name: "one-past",
      message: "you are one past the last token: n tokens stand at 0 to n − 1",
      run: (mask) => mask.map((row) => row.lastIndexOf(1) + 1),
    },
    {
      name: "before-the-end",
      message: "you are one before the last token: the end token is part of the reply, and is where the score is read",
      run: (mask) => mask.map((row) => row.lastIndexOf(1) - 1),
    },
    {
      name: "first-padding",
      message: "this is where the first padding stands, less 1; a row padded on the left starts with padding",
      run: (mask) => mask.map((row) => row.indexOf(0) - 1),
    },
    {
      name: "first-token",
      message: "this is the first token: it has read nothing of the reply yet",
      run: (mask) => mask.map((row) => row.indexOf(1)),
    },
  ],
  hints: ["which position has read the whole reply?", "the largest index whose mask is 1; arrays know lastIndexOf"],
});
