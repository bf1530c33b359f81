/** The process that runs the cells. Started by the kernel's server, ends with it. */
import { cellOf, currentCell } from "../cells/currentCell";
import { repeatingTimers, timersDueIn, watchTimers } from "../cells/timers";
import { CellRunner, reportError } from "./cellRunner";
import { send } from "./channel";
import { Control, type Heard } from "./control";
import { announceDisplay } from "./display";
import { rawStack, readFrames, watchStacks } from "./frames";
import { announcePrompts } from "./prompt";
import { flushStreams, runOfNow, watchStreams } from "./streams";

const { setImmediate } = globalThis;

/** Requests after which a callback will still run; sockets and workers stay open for ever and say nothing. */
const isRequest = (resource: string): boolean => /^(FSReq|GetAddrInfoReq|TCPConnect|PipeConnect)/.test(resource);

const control: Control = new Control((message: Heard) => {
  switch (message.type) {
    case "run":
      setImmediate(() => runner.run(message)); // in a turn of its own, so that breaking it off ends this and no more
      break;
    case "interrupt":
      runner.interrupt();
      break;
    case "quiet":
      // Two turns of the event loop later, every rejection caused before the question has been announced.
      setImmediate(() => setImmediate(() => answerQuiet(message.question, message.within)));
      break;
    case "end":
      process.exit(0);
  }
});

const runner = new CellRunner(process.cwd(), control);

function answerQuiet(question: number, within?: number): void {
  flushStreams();
  const otherPending = repeatingTimers() + process.getActiveResourcesInfo().filter(isRequest).length;
  send({ type: "quiet", question, timersDueIn: timersDueIn(within), otherPending });
}

function watchProcess(): void {
  process.on("SIGINT", () => {}); // interrupts nothing but a cell's first stretch of code, which listens by itself
  process.on("unhandledRejection", (reason) => reportError(runOfNow(), "rejection", reason));
  process.on("uncaughtException", (error) => reportError(cellOf(error) ?? runOfNow(), "uncaught", error));
  process.on("exit", (code) => {
    flushStreams();
    const stack = rawStack();
    const called = /process\.(exit|reallyExit)/.test(stack);
    const report = { event: "exit" as const, code, called, stack: ["Exit", ...readFrames(stack)].join("\n") };
    send({ type: "exit", run: currentCell() ?? runOfNow(), report });
  });
}

watchStacks();
watchStreams();
watchTimers();
watchProcess();
announceDisplay();
announcePrompts(control, () => runner.running?.allowStdin ?? false);
send({ type: "ready" });
