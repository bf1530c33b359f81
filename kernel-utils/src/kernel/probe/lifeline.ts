/**
 * Runs as a worker thread of the kernel process, because an endless loop in a cell blocks the main thread. It passes
 * the runner's questions on, and when the runner is gone, however it ended, it takes the kernel down with it.
 */
import { Socket } from "node:net";
import { parentPort } from "node:worker_threads";
import { type ProbeQuestion, questionDescriptor } from "./reports";

function endTogether(): void {
  try {
    process.kill(-process.pid, "SIGKILL"); // the kernel leads its own process group
  } catch {
    process.kill(process.pid, "SIGKILL");
  }
}

let rest = "";
const socket = new Socket({ fd: questionDescriptor, readable: true, writable: false });
socket.setEncoding("utf8");
socket.on("data", (text: string) => {
  const lines = (rest + text).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) parentPort?.postMessage(JSON.parse(line) as ProbeQuestion);
});
socket.on("end", endTogether);
socket.on("error", endTogether);
