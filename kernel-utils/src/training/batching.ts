import { CourseError } from "../errors";
import type { TokenBatch } from "../model";
import { Random } from "../tensor/random";
import type { ChatText, Tokenizer } from "../text";

/** Labels of this value cost nothing and teach nothing; the convention of PyTorch's cross-entropy. */
export const ignoreIndex = -100;

/** One sequence: its tokens, and for each the label itself or −100. Not shifted: the loss does that. */
export interface Example {
  tokens: number[];
  labels: number[];
}

/** Sequences padded on the right, row-major [rows, length]. */
export interface Batch extends TokenBatch {
  /** −100 where a label does not count. */
  labels: Int32Array;
}

/** @param completionOnly false also trains on the prompt, the classic mistake in fine-tuning */
export function collateSft(
  tokenizer: Tokenizer,
  prompt: ChatText,
  completion: ChatText,
  completionOnly = true,
): Example {
  const promptTokens = tokenizer.encodePrompt(prompt);
  const completionTokens = tokenizer.encodeCompletion(completion);
  const promptLabels = completionOnly ? promptTokens.map(() => ignoreIndex) : promptTokens;
  return { tokens: [...promptTokens, ...completionTokens], labels: [...promptLabels, ...completionTokens] };
}

/** A raw text; every token is learnt. */
export function collateDocument(tokenizer: Tokenizer, text: string): Example {
  const tokens = tokenizer.encodeDocument(text);
  return { tokens, labels: tokens };
}

/** Documents laid end to end and cut into blocks, so that no batch holds padding. The last, short block is kept. */
export function packDocuments(tokenizer: Tokenizer, documents: readonly string[], blockLength: number): Example[] {
  const stream = documents.flatMap((text) => tokenizer.encodeDocument(text));
  const blocks: Example[] = [];
  for (let start = 0; start + 1 < stream.length; start += blockLength) {
    const tokens = stream.slice(start, start + blockLength);
    blocks.push({ tokens, labels: tokens });
  }
  return blocks;
}

/** Lengths are rounded up to this, so that few different shapes occur. */
const lengthMultiple = 4;

/** Pads on the right to the longest row. Padding gets label −100 and mask 0. */
export function padRight(examples: readonly Example[], padId: number): Batch {
  const longest = Math.max(...examples.map(({ tokens }) => tokens.length));
  const length = Math.ceil(longest / lengthMultiple) * lengthMultiple;
  const rows = examples.length;
  const batch: Batch = {
    rows,
    length,
    tokens: new Int32Array(rows * length).fill(padId),
    labels: new Int32Array(rows * length).fill(ignoreIndex),
    attentionMask: new Float32Array(rows * length),
  };
  examples.forEach(({ tokens, labels }, row) => {
    batch.tokens.set(tokens, row * length);
    batch.labels.set(labels, row * length);
    batch.attentionMask.fill(1, row * length, row * length + tokens.length);
  });
  return batch;
}

/** How many labels count. The first never does: nothing predicts it. */
export const countLabels = (labels: readonly number[]): number =>
  labels.slice(1).filter((label) => label !== ignoreIndex).length;

/** Refuses a sequence the model has no positions for, and one with nothing to learn. */
export function checkExamples(method: string, examples: readonly Example[], maxLength: number): void {
  checkLengths(method, examples, maxLength);
  const masked = examples.findIndex(({ labels }) => countLabels(labels) === 0);
  if (masked < 0) return;
  throw new CourseError("bad-record", `${method}: record ${masked} has no token to learn; drop it`);
}

/** Refuses a sequence the model has no positions for. */
export function checkLengths(method: string, examples: readonly Example[], maxLength: number): void {
  if (examples.length === 0) throw new CourseError("bad-value", `${method}: no records; give at least one`);
  const long = examples.findIndex(({ tokens }) => tokens.length > maxLength);
  if (long < 0) return;
  const what = `record ${long} has ${examples[long].tokens.length} tokens, the model has ${maxLength} positions`;
  throw new CourseError("bad-record", `${method}: ${what}; shorten it or build a longer model`);
}

/** Where a batch order stands, fit for JSON. */
export interface BatchOrderState {
  random: number[];
  /** Shuffled records that no batch has had yet. */
  waiting: number[];
}

/** One batch of record indices after another for ever: every epoch visits each record once, in a new order. */
export class BatchOrder {
  private readonly all: number[];
  private readonly size: number;
  private waiting: number[] = [];

  constructor(
    records: number,
    batchSize: number,
    private random: Random,
  ) {
    this.size = Math.min(batchSize, records);
    this.all = Array.from({ length: records }, (_, index) => index);
  }

  next(): number[] {
    while (this.waiting.length < this.size) this.waiting = [...this.waiting, ...this.random.shuffle(this.all)];
    const batch = this.waiting.slice(0, this.size);
    this.waiting = this.waiting.slice(this.size);
    return batch;
  }

  state(): BatchOrderState {
    return { random: this.random.state(), waiting: this.waiting };
  }

  /** Continues exactly where `state()` was taken. */
  restore({ random, waiting }: BatchOrderState): void {
    this.random = Random.fromState(random);
    this.waiting = [...waiting];
  }
}

/** The same as a generator, for loops that are never resumed. */
export function* batchIndices(records: number, batchSize: number, random: Random): Generator<number[], never> {
  const order = new BatchOrder(records, batchSize, random);
  for (;;) yield order.next();
}

/** The list in `parts` runs of the same length, give or take one; fewer where there are fewer items. */
export function splitEvenly<T>(items: readonly T[], parts: number): T[][] {
  const count = Math.min(parts, items.length);
  const cut = (part: number): number => Math.round((part * items.length) / count);
  return Array.from({ length: count }, (_, part) => items.slice(cut(part), cut(part + 1)));
}
