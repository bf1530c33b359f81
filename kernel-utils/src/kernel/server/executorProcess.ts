/** The process that runs the cells, as the server sees it; a new one takes the place of one that has ended. */
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { readLines } from "../../readLines";
import type { ExitReport } from "../cells/reports";
import type { FromExecutor, RunId, ToExecutor } from "../execute/protocol";
import type { KernelExit } from "../launch/kernelProcess";

export interface Death {
  exit: KernelExit;
  /** What the process said of its end, when it ended by itself. */
  report?: Omit<ExitReport, "cell"> & { run: RunId };
  /** The end of what it printed outside of its cells. */
  tail: string;
}

interface Listeners {
  message(message: FromExecutor): void;
  /** Text of native code, and of processes that cells have started. */
  output(name: "stdout" | "stderr", text: string): void;
  died(death: Death): void;
}

const program = path.join(__dirname, "..", "..", "..", "dist", "kernel", "execute", "index.js");
const tailLength = 8_000;

/** Milliseconds in which handlers of `process.on("exit")` may clean up. */
const farewellMs = 300;

const restartDelayMs = 3000;

export class ExecutorProcess {
  /** Undefined while the next one waits for its turn. */
  private child: ChildProcess | undefined;
  /** Said meanwhile. */
  private readonly unsent: ToExecutor[] = [];
  /** How many have ended in a row before they were ready. */
  private failures = 0;
  private tail = "";
  private isClosing = false;

  constructor(
    private readonly folder: string,
    private readonly listeners: Listeners,
  ) {
    this.child = this.start();
    process.on("exit", () => this.kill());
  }

  send(message: ToExecutor): void {
    if (this.child === undefined) this.unsent.push(message);
    else (this.child.stdio[4] as Writable).write(`${JSON.stringify(message)}\n`);
  }

  /** Ends it for good. */
  async close(): Promise<void> {
    this.isClosing = true;
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    this.send({ type: "end" });
    const timer = setTimeout(() => this.kill(), farewellMs);
    await ended;
    clearTimeout(timer);
    this.kill(); // what it has started
  }

  kill(): void {
    const pid = this.child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
    } catch {
      // it has ended
    }
  }

  /** At once, unless it keeps failing to come up. */
  private startAnew(): void {
    const delay = this.failures++ < 3 ? 0 : restartDelayMs;
    setTimeout(() => {
      if (this.isClosing) return;
      this.child = this.start();
      for (const message of this.unsent.splice(0)) this.send(message);
    }, delay);
  }

  private start(): ChildProcess {
    this.tail = "";
    const flags = ["--disable-warning=ExperimentalWarning"]; // `require` of ES modules is what cells are meant to use
    const child = spawn(process.execPath, [...flags, program], {
      cwd: this.folder,
      detached: true, // leads its own group: what cells start ends with it
      // 5: whoever waits for our output to end waits for this process too.
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", 2],
      windowsHide: true,
    });
    let report: Death["report"];
    const print = (name: "stdout" | "stderr") => (text: string) => {
      this.tail = (this.tail + text).slice(-tailLength);
      this.listeners.output(name, text);
    };
    child.stdout?.setEncoding("utf8").on("data", print("stdout"));
    child.stderr?.setEncoding("utf8").on("data", print("stderr"));
    child.stdio[4]?.on("error", () => {}); // it has gone; `exit` says so
    const heard = readLines(child.stdio[3] as Readable, (line) => {
      const message = readMessage(line);
      if (message === undefined) return;
      if (message.type === "ready") this.failures = 0;
      if (message.type === "exit") report = { ...message.report, run: message.run };
      else this.listeners.message(message);
    });
    const end = (exit: KernelExit): void => {
      if (this.isClosing || this.child !== child) return;
      const { tail } = this;
      this.kill(); // what it has left behind
      this.child = undefined;
      this.unsent.length = 0;
      this.listeners.died({ exit, report, tail: tail.trim() });
      this.startAnew();
    };
    child.once("error", (error) => end({ code: null, signal: null, error }));
    // What it said last is still on its way; a process it has left behind may hold the pipe open, so no longer than this.
    child.once("exit", async (code, signal) => {
      await Promise.race([heard, new Promise((resolve) => setTimeout(resolve, 500))]);
      end({ code, signal });
    });
    return child;
  }
}

/** @returns undefined for what is no message: a cell may write to any descriptor */
function readMessage(line: string): FromExecutor | undefined {
  try {
    return JSON.parse(line) as FromExecutor;
  } catch {
    return undefined;
  }
}
