/** The compiler in a thread of its own: the kernel answers its heartbeat also while a big library is being read. */
import { parentPort, workerData } from "node:worker_threads";
import { complete } from "./complete";
import { inspect } from "./inspect";
import { isComplete } from "./isComplete";
import { NotebookCompiler } from "./notebookCompiler";
import type { Answer, Question, Questions } from "./requests";

const compiler = new NotebookCompiler((workerData as { folder: string }).folder);

const answers: Questions = {
  compile: (source) => compiler.compile(source),
  commit: (number, isOk, done) => compiler.commit(number, isOk, done),
  reset: () => compiler.reset(),
  complete: (code, cursor) => complete(compiler, code, cursor),
  inspect: (code, cursor, detail) => inspect(compiler, code, cursor, detail),
  isComplete,
  warm: (source) => compiler.warm(source),
};

parentPort!.on("message", ({ id, name, given }: Question) => {
  const answer = answers[name] as (...given: unknown[]) => unknown;
  try {
    parentPort!.postMessage({ id, value: answer(...given) } satisfies Answer);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    parentPort!.postMessage({ id, error: text } satisfies Answer);
  }
});
