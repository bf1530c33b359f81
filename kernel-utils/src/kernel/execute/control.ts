/** The cells' side of the thread that listens to the server. */
import path from "node:path";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { ToExecutor } from "./protocol";

/** Places in the memory that both threads share. */
export interface ControlState {
  /** 1 after an interrupt, until the next cell runs: loops have to stop. */
  stop: 0;
  /** 0: nobody asks; 1: a cell waits for what is typed; 2: it is there; 3: interrupted. */
  input: 1;
  /** How many interrupts there have been. */
  interrupts: 2;
}

export type Heard = Exclude<ToExecutor, { type: "input" }>;

export class Control {
  /** Seen by every loop of a cell. */
  readonly state = new Int32Array(new SharedArrayBuffer(12));
  private readonly inputs = new MessageChannel();
  private heard = 0;

  constructor(onMessage: (message: Heard) => void) {
    const port = this.inputs.port2;
    const workerData = { state: this.state, inputs: port };
    const worker = new Worker(path.join(__dirname, "controlThread.js"), {
      workerData,
      transferList: [port],
      execArgv: [],
    });
    worker.on("message", (message: Heard) => {
      if (message.type === "interrupt") this.heard++;
      onMessage(message);
    });
  }

  /** An interrupt has come whose message this thread has not taken yet. */
  get isInterrupted(): boolean {
    return Atomics.load(this.state, 2) > this.heard;
  }

  /** What an interrupt has stopped stays stopped; from now on loops may run again. */
  clearStop(): void {
    Atomics.store(this.state, 0, 0);
  }

  /** Waits on the spot until the server has the answer. @returns undefined when interrupted */
  waitForInput(ask: () => void): string | null | undefined {
    Atomics.store(this.state, 1, 1);
    ask();
    while (Atomics.load(this.state, 1) === 1) Atomics.wait(this.state, 1, 1, 1000);
    const outcome = Atomics.exchange(this.state, 1, 0);
    const received = receiveMessageOnPort(this.inputs.port1) as { message: string | null } | undefined;
    return outcome === 2 && received ? received.message : undefined;
  }
}
