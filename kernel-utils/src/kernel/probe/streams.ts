/**
 * Makes the kernel's publications complete. A ZeroMQ socket refuses a second message while the first one waits, and it
 * makes one wait after some 500 in one turn of the event loop; tslab does not wait, so a cell that prints more lines
 * loses them, and the refusals, printed in their turn, keep the kernel busy for ever.
 */
const { setImmediate } = globalThis;

/** Sent of what one cell prints, in characters; beyond it nothing is kept, or an endless loop would fill the memory. */
const longestPrint = 8_000_000;

/** Printed text goes out when it reaches this length, or at the end of the turn. */
const chunkLength = 65_536;

type WriteStream = (name: string, text: string) => void;

let flushLatest = (): void => {};

/** Milliseconds in which the socket's own thread can send what it was handed before the process ends. */
const lastMs = 300;

/** Sends what is still waiting: for the end of the process, after which no turn of the event loop comes. */
export function flushPrints(): void {
  flushLatest();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lastMs);
}

/** Joins what is printed in one turn of the event loop into one message, in the order of printing. */
export function joinPrints(send: WriteStream): { write: WriteStream; flush(): void } {
  let waiting = { name: "", text: "" };
  let printed = 0;
  const flush = (): void => {
    const { name, text } = waiting;
    waiting = { name: "", text: "" };
    if (text !== "") send(name, text);
  };
  const write: WriteStream = (name, text) => {
    printed += text.length;
    if (printed > longestPrint) return;
    if (waiting.name !== name || waiting.text.length > chunkLength) flush();
    if (waiting.text === "") setImmediate(flush);
    waiting = { name, text: waiting.text + text };
  };
  flushLatest = flush;
  return { write, flush };
}

export interface Publisher {
  sendHighWaterMark?: number;
  send(frames: unknown): Promise<void>;
  close(): void;
}

/** The socket, sending one message after the other however many are handed over at once, and dropping none. */
export function sendInOrder(socket: Publisher): Publisher {
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  socket.sendHighWaterMark = 0; // by default what exceeds 1000 waiting messages is dropped
  const done = (): void => void waiting--;
  const send: Publisher["send"] = (frames) => {
    // Nothing waits: hand it over now, so that the last words before process.exit still leave the process.
    const sent = waiting === 0 ? socket.send(frames) : last.then(() => socket.send(frames));
    waiting++;
    last = sent.then(done, done);
    return last;
  };
  return { send, close: () => socket.close() };
}
