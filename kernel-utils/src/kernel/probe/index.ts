/**
 * Loaded into the kernel process before the kernel (`--require`). tslab never sends `error` messages and only
 * prints rejections nobody awaited and exceptions out of timers; the probe reports them to the runner, each with the
 * cell that started the work. It changes nothing that a cell can see, save that stacks name cells.
 */
import path from "node:path";
import { isMainThread, Worker } from "node:worker_threads";
import { cellOf, currentCell } from "../cells/currentCell";
import { repeatingTimers, timersDueIn, watchTimers } from "../cells/timers";
import { report } from "./channel";
import { describeError, reportError } from "./describeError";
import { type ProbeQuestion, probeSwitch } from "./reports";
import { flushPrints } from "./streams";
import { watchKernel } from "./watchKernel";

/** Requests after which a callback will still run; sockets and workers stay open for ever and say nothing. */
const isRequest = (resource: string): boolean => /^(FSReq|GetAddrInfoReq|TCPConnect|PipeConnect)/.test(resource);

function answer({ question }: ProbeQuestion): void {
  const otherPending = repeatingTimers() + process.getActiveResourcesInfo().filter(isRequest).length;
  report({ event: "quiet", question, timersDueIn: timersDueIn(), otherPending });
}

function openLifeline(): void {
  const worker = new Worker(path.join(__dirname, "lifeline.js"), { execArgv: [] });
  const { setImmediate } = globalThis;
  // Two turns of the event loop later, every rejection caused before the question has been announced.
  worker.on("message", (message: ProbeQuestion) => setImmediate(() => setImmediate(() => answer(message))));
  worker.unref();
}

function watchProcess(): void {
  process.on("unhandledRejection", (reason) => reportError("rejection", reason, currentCell()));
  process.on("uncaughtException", (error) => reportError("uncaught", error, cellOf(error)));
  process.on("exit", (code) => {
    flushPrints();
    const end = new Error("end of the process");
    const called = /process\.(exit|reallyExit)/.test(end.stack ?? "");
    report({ event: "exit", cell: currentCell(), code, called, stack: describeError(end).stack });
  });
}

/** The runner loads the probe through NODE_OPTIONS; processes that a cell starts get the options the user had. */
function restoreOptions(): void {
  const given = process.env[probeSwitch];
  delete process.env[probeSwitch];
  if (given) process.env.NODE_OPTIONS = given;
  else delete process.env.NODE_OPTIONS;
}

function main(): void {
  restoreOptions();
  openLifeline();
  watchKernel(() => {
    watchProcess();
    watchTimers();
    report({ event: "hello", kernel: "tslab" });
  });
}

if (isMainThread && process.env[probeSwitch] !== undefined) main();
