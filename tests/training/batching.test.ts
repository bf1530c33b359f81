import { Random } from "../../kernel-utils/src/tensor";
import { Tokenizer } from "../../kernel-utils/src/text";
import { batchIndices, collateSft, ignoreIndex, packDocuments, padRight } from "../../kernel-utils/src/training";

const tokenizer = Tokenizer.fromWords(["a", "b", "c"]); // a is 6
const X = ignoreIndex;

it("labels the reply and its end token, not the prompt", () => {
  expect(collateSft(tokenizer, "a b", "c")).toEqual({ tokens: [1, 4, 6, 7, 5, 8, 2], labels: [X, X, X, X, X, 8, 2] });
});

it("labels the prompt too when told to make the classic mistake", () => {
  expect(collateSft(tokenizer, "a b", "c", false).labels).toEqual([1, 4, 6, 7, 5, 8, 2]);
});

it("pads on the right to the longest row, rounded up to a multiple of four", () => {
  const batch = padRight([collateSft(tokenizer, "a", "c"), { tokens: [1], labels: [X] }], tokenizer.padId);
  expect([batch.rows, batch.length]).toEqual([2, 8]);
  expect([...batch.tokens]).toEqual([1, 4, 6, 5, 8, 2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
  expect([...batch.labels]).toEqual([X, X, X, X, 8, 2, X, X, ...new Array(8).fill(X)]);
  expect([...batch.attentionMask]).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
});

it("packs documents end to end and loses no token", () => {
  const blocks = packDocuments(tokenizer, ["a b", "c", "a"], 4);
  expect(blocks.map(({ tokens }) => tokens)).toEqual([
    [1, 6, 7, 2],
    [1, 8, 2, 1],
    [6, 2],
  ]);
  expect(blocks[0].labels).toEqual(blocks[0].tokens);
});

it("visits every record once an epoch, in a new order each time, whole batches only", () => {
  const batches = batchIndices(10, 4, new Random(0));
  const visited = Array.from({ length: 5 }, () => batches.next().value); // two epochs
  expect(visited.every((batch) => batch.length === 4)).toBe(true);
  const [first, second] = [visited.flat().slice(0, 10), visited.flat().slice(10)];
  const all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  expect([...first].sort()).toEqual(all);
  expect([...second].sort()).toEqual(all);
  expect(first).not.toEqual(second);
});

it("takes all records where there are fewer than a batch holds", () => {
  expect([...batchIndices(3, 8, new Random(0)).next().value].sort()).toEqual([0, 1, 2]);
});
