/**
 * Runs beside the cells, because an endless loop blocks their thread: reads what the server says, breaks a loop on an
 * interrupt, hands over what was typed, and when the server is gone, however it ended, takes this process down with it.
 */
import { Socket } from "node:net";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { readLines } from "../../readLines";
import type { ControlState } from "./control";
import { type ToExecutor, toExecutorDescriptor } from "./protocol";

const { state, inputs } = workerData as { state: Int32Array; inputs: MessagePort };
const at = { stop: 0, input: 1, interrupts: 2 } satisfies ControlState;

/**
 * Code before a cell's first `await` is broken off by the signal, which the script runs under; loops behind it look at
 * the flag; and what merely waits is ended by the message. (The engine can break off any code, but Node 20 and 22 do not
 * survive that where the context of cells is followed through promises.)
 */
function interrupt(): void {
  Atomics.add(state, at.interrupts, 1);
  Atomics.store(state, at.stop, 1);
  Atomics.compareExchange(state, at.input, 1, 3);
  Atomics.notify(state, at.input);
  parentPort!.postMessage({ type: "interrupt" });
  process.kill(process.pid, "SIGINT");
}

function answerInput(value: string | null): void {
  inputs.postMessage(value);
  Atomics.compareExchange(state, at.input, 1, 2);
  Atomics.notify(state, at.input);
}

function take(message: ToExecutor): void {
  if (message.type === "interrupt") interrupt();
  else if (message.type === "input") answerInput(message.value);
  else parentPort!.postMessage(message);
}

function endTogether(): void {
  try {
    process.kill(-process.pid, "SIGKILL"); // leads its own process group: what cells have started goes with it
  } catch {
    process.kill(process.pid, "SIGKILL");
  }
}

const socket = new Socket({ fd: toExecutorDescriptor, readable: true, writable: false });
void readLines(socket, (line) => take(JSON.parse(line) as ToExecutor));
socket.on("end", endTogether);
socket.on("error", endTogether);
