/** What cells print: joined into few messages, each to the cell whose code printed it. */
import { currentCell } from "../cells/currentCell";
import { send } from "./channel";

type StreamName = "stdout" | "stderr";

/** In a burst, printed text goes out when it is this long, this old, or at the end of the turn. */
const chunkLength = 65_536;
const chunkMs = 50;

/** So many prints of one turn go out at once, so that a crash right behind them cannot swallow them. */
const promptPrints = 100;
let printsOfTurn = 0;

/** Sent of what one cell prints, in characters; beyond it an endless loop would fill the front end's memory. */
const longestPrint = 8_000_000;

const { setImmediate } = globalThis;
const printed = new Map<string, number>();
let waiting = { run: "", name: "stdout" as StreamName, text: "", since: 0 };

/** The run that is blamed for output out of no cell's context, such as a library's own timer. */
let latest = "";

export function setLatestRun(run: string): void {
  latest = run;
}

export const runOfNow = (): string => currentCell() ?? latest;

export function flushStreams(): void {
  const { run, name, text } = waiting;
  waiting = { run: "", name: "stdout", text: "", since: 0 };
  if (text !== "") send({ type: "stream", run, name, text });
}

function endTurn(): void {
  printsOfTurn = 0;
  flushStreams();
}

function print(name: StreamName, text: string): void {
  const run = runOfNow();
  const length = (printed.get(run) ?? 0) + text.length;
  const before = length - text.length;
  printed.set(run, length);
  if (before > longestPrint) return;
  const kept = length > longestPrint ? `${text}\n[the rest of what this cell prints is not shown]\n` : text;
  if (waiting.run !== run || waiting.name !== name) flushStreams();
  if (printsOfTurn++ === 0) setImmediate(endTurn);
  if (waiting.text === "") waiting = { run, name, text: "", since: Date.now() };
  waiting.text += kept;
  // A cell that computes for minutes without a pause shows its progress all the same.
  const isDue = waiting.text.length > chunkLength || Date.now() - waiting.since > chunkMs;
  if (isDue || printsOfTurn <= promptPrints) flushStreams();
}

/** Replaces `process.stdout.write` and `process.stderr.write`, which `console` uses too. */
export function watchStreams(): void {
  for (const name of ["stdout", "stderr"] as const) {
    const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      const encoding = typeof rest[0] === "string" ? (rest[0] as BufferEncoding) : "utf8";
      print(name, typeof chunk === "string" ? chunk : Buffer.from(chunk).toString(encoding));
      const done = rest.find((one) => typeof one === "function") as (() => void) | undefined;
      if (done) process.nextTick(done);
      return true;
    };
    process[name].write = write as typeof process.stdout.write;
  }
}
