/**
 * Runs as a worker thread of the kernel process, because an endless loop in a cell blocks the main thread. It passes
 * the runner's questions on, and when the runner is gone, however it ended, it takes the kernel down with it.
 */
import { Socket } from "node:net";
import { parentPort } from "node:worker_threads";
import { readLines } from "../../readLines";
import { type ProbeQuestion, questionDescriptor } from "./reports";

function endTogether(): void {
  try {
    process.kill(-process.pid, "SIGKILL"); // the kernel leads its own process group
  } catch {
    process.kill(process.pid, "SIGKILL");
  }
}

const socket = new Socket({ fd: questionDescriptor, readable: true, writable: false });
void readLines(socket, (line) => parentPort?.postMessage(JSON.parse(line) as ProbeQuestion));
socket.on("end", endTogether);
socket.on("error", endTogether);
