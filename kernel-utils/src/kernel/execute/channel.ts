import { writeSync } from "node:fs";
import { type FromExecutor, fromExecutorDescriptor } from "./protocol";

const pause = new Int32Array(new SharedArrayBuffer(4));

/** Sends one message before it returns, so that even `process.exit` on the next line cannot lose it. */
export function send(message: FromExecutor): void {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(fromExecutorDescriptor, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return; // the server is gone; the lifeline ends us
      Atomics.wait(pause, 0, 0, 1);
    }
  }
}
