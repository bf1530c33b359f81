/** The run worker: kernel-utils in a thread of its own, and the cells that use it. */

import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { Buffer } from "buffer";
import { setCheckListener, setDisplayHost } from "kernel-utils";
import { format, inspect } from "node-inspect-extracted";
import process, { sinks } from "../platform/process";
import type { CompiledCell, MimeBundle, RunReport, RunRequest } from "../protocol";
import { type CellRuntime, CellScope } from "./cellScope";
import { cellUrl, describeError, type RanCell } from "./describeError";
import { fillDisk } from "./fillDisk";
import { defaultOf, loadModule } from "./modules";
import { mimeBundle } from "./values";

const report = (message: RunReport): void => postMessage(message);

let current = "";
const ran = new Map<string, RanCell>();

const stream = (name: "stdout" | "stderr", text: string): void => report({ kind: "stream", cell: current, name, text });
const writer =
  (name: "stdout" | "stderr") =>
  (...args: unknown[]): void =>
    stream(name, `${format(...args)}\n`);

/** Node's console: what goes to which stream, and how values are written. */
const console = {
  ...globalThis.console,
  ...{ log: writer("stdout"), info: writer("stdout"), debug: writer("stdout") },
  ...{ warn: writer("stderr"), error: writer("stderr"), trace: writer("stderr") },
  dir: (value: unknown): void => stream("stdout", `${inspect(value)}\n`),
};

interface Published {
  metadata?: object;
  displayId?: string;
  update?: boolean;
}

const display = {
  publish: (data: MimeBundle, { metadata = {}, displayId, update = false }: Published = {}): void =>
    report({ kind: "display", cell: current, data, metadata, displayId, update }),
  clear: (wait: boolean): void => report({ kind: "clear", cell: current, wait }),
};

const runtime: CellRuntime = {
  value: undefined,
  defaultOf,
  namespaceOf: (loaded) => loaded,
  load: async (require) => require(),
};

const scope = new CellScope({
  __notebook: runtime,
  require: loadModule,
  console,
  process,
  Buffer,
  exports: {},
  module: {},
});

function connectLibrary(): void {
  Object.assign(globalThis, { console, [Symbol.for("align.display")]: display });
  sinks.error = (text) => stream("stderr", text);
  setDisplayHost({
    kind: "kernel",
    publish: (data: MimeBundle, target?: { id: string; update: boolean }, metadata?: object) =>
      display.publish(data, { metadata, displayId: target?.id, update: target?.update }),
  });
  setCheckListener(({ id, status, message, mistake, hint }) =>
    report({ kind: "check", cell: current, outcome: { id, status, message, mistake, hint } }),
  );
}

async function start(assets: string): Promise<void> {
  try {
    Error.stackTraceLimit = 60;
    // The stock build for threads makes a memory of its own, on which our kernels could not work.
    tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
    setWasmPaths(assets, true);
    await fillDisk(assets);
    connectLibrary();
    report({ kind: "ready" });
  } catch (error) {
    report({ kind: "broken", message: error instanceof Error ? error.message : String(error) });
  }
}

async function run(cell: string, number: number, code: CompiledCell): Promise<void> {
  current = cell;
  runtime.value = undefined;
  const url = cellUrl(cell, number);
  ran.set(url, { cell, mappings: code.mappings });
  const started = performance.now();
  const done = (error?: unknown): void => {
    const described = error === undefined ? undefined : describeError(error, ran);
    report({ kind: "done", cell, number, error: described, milliseconds: performance.now() - started });
  };
  try {
    await scope.run(code, url);
    await new Promise((resolve) => setTimeout(resolve)); // rejections nobody caught are told before the cell ends
    if (runtime.value !== undefined) report({ kind: "result", cell, data: await mimeBundle(runtime.value) });
    done();
  } catch (error) {
    done(error ?? new Error("the cell threw nothing"));
  }
}

addEventListener("message", ({ data }: MessageEvent<RunRequest>) => {
  if (data.kind === "start") void start(data.assets);
  else void run(data.cell, data.number, data.code);
});

/** What nobody caught is told in the cell that is running, or ran last: a page cannot follow it further back. */
addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  report({ kind: "error", cell: current, error: describeError(event.reason, ran) });
});
addEventListener("error", (event) => {
  event.preventDefault();
  report({ kind: "error", cell: current, error: describeError(event.error ?? event.message, ran) });
});
