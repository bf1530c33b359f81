/**
 * Looks into the tslab kernel while it loads: learns which cell is running, why one was refused or ended, and how its
 * code maps to its source. The kernel's behaviour towards cells stays as it is; it merely can no longer lose an error.
 */
import Module from "node:module";
import type vm from "node:vm";
import { cellFile } from "../cells/cellFile";
import { currentCell, runInCell } from "../cells/currentCell";
import type { DiagnosticsReport } from "../cells/reports";
import { report } from "./channel";
import { collectMaps, keepSourceMaps } from "./compilerMaps";
import { reportError } from "./describeError";
import { joinPrints, type Publisher, sendInOrder } from "./streams";

type Loader = (request: string, parent: NodeModule | undefined, isMain: boolean) => unknown;

/** What is replaced where the kernel's file `parent` loads `request`: both sides of the table are names in tslab 1.0. */
const replacements: Record<string, (loaded: never) => unknown> = {
  "main < ./executor": watchExecutor,
  "main < ./jupyter": watchServer,
  "executor < vm": nameCellCode,
  "converter < @tslab/typescript-for-tslab": keepSourceMaps,
};

let onStart: () => void;

/** @param started called once, when the kernel is about to start */
export function watchKernel(started: () => void): void {
  onStart = started;
  const loader = Module as unknown as { _load: Loader };
  const load = loader._load;
  loader._load = (request, parent, isMain) => {
    const loaded = load.call(Module, request, parent, isMain);
    const file = /[\\/]tslab[\\/]dist[\\/](\w+)\.js$/.exec(parent?.filename ?? "")?.[1];
    const replace = file && replacements[`${file} < ${request}`];
    return replace ? replace(loaded as never) : loaded;
  };
}

interface Executor {
  execute(source: string): Promise<boolean>;
}
interface Diagnostic {
  code: number;
  messageText: string;
  start: { line: number; character: number };
  fileName?: string;
}
interface Converter {
  convert(declarations: string, source: string): { diagnostics: Diagnostic[] };
  addModule(...args: unknown[]): Diagnostic[];
}
interface Console {
  log(...args: unknown[]): void;
  error(...args: unknown[]): void;
}
type CreateExecutor = (directory: string, converters: { node: Converter }, console: Console) => Executor;

function watchExecutor(loaded: { createExecutor: CreateExecutor }): unknown {
  const createExecutor: CreateExecutor = (directory, converters, console) => {
    onStart();
    const node = watchConverter(converters.node);
    const watched = Object.create(converters, { node: { get: () => node } });
    return watchExecute(loaded.createExecutor(directory, watched, { ...console, error: watchErrors(console) }));
  };
  return { ...loaded, createExecutor };
}

/** A cell's error reaches the kernel's console alone, as one argument; diagnostics are a format and its values. */
function watchErrors(console: Console): Console["error"] {
  return (...args) => {
    if (args.length === 1) reportError("thrown", args[0], currentCell());
    console.error(...args);
  };
}

function watchExecute(executor: Executor): Executor {
  const execute = executor.execute;
  executor.execute = async (source) => {
    try {
      return await execute(source);
    } catch (error) {
      // The kernel itself failed, for example its compiler.
      reportError("thrown", error, currentCell());
      throw error;
    }
  };
  return executor;
}

function watchConverter(converter: Converter): Converter {
  return {
    ...converter,
    convert(declarations, source) {
      const converted = collectMaps(currentCell(), () => converter.convert(declarations, source));
      reportDiagnostics(converted.diagnostics);
      return converted;
    },
    addModule(...args) {
      const diagnostics = converter.addModule(...args);
      reportDiagnostics(diagnostics);
      return diagnostics;
    },
  };
}

function reportDiagnostics(diagnostics: Diagnostic[]): void {
  if (diagnostics.length === 0) return;
  const items: DiagnosticsReport["items"] = diagnostics.map(({ code, messageText, start, fileName }) => ({
    code,
    message: messageText,
    line: start.line + 1,
    column: start.character + 1,
    ...(fileName === undefined ? {} : { file: fileName }),
  }));
  report({ event: "diagnostics", cell: currentCell(), items });
}

interface Request {
  header: { msg_id: string };
  metadata: { cellId?: string };
}
interface Server {
  handleExecute(socket: unknown, request: Request): Promise<void>;
  iopub: Publisher;
  bindSocket(socket: unknown, port: number): Promise<void>;
}
type WriteStream = (name: string, text: string) => void;
type WriteDisplay = (data: unknown, update: boolean) => void;
interface Handler {
  handleExecute(content: unknown, writeStream: WriteStream, writeDisplay: WriteDisplay): Promise<unknown>;
}
interface JupyterModule {
  ZmqServer: { prototype: Server };
  JupyterHandlerImpl: { prototype: Handler };
}

function watchServer(loaded: JupyterModule): unknown {
  const server = loaded.ZmqServer.prototype;
  const { handleExecute, bindSocket } = server;
  server.handleExecute = function (socket, request) {
    const cell = request.metadata.cellId ?? request.header.msg_id;
    return runInCell(cell, () => handleExecute.call(this, socket, request));
  };
  server.bindSocket = function (socket, port) {
    if (socket === this.iopub) this.iopub = sendInOrder(this.iopub);
    return bindSocket.call(this, socket, port);
  };
  completeOutputs(loaded.JupyterHandlerImpl.prototype);
  return loaded;
}

function completeOutputs(handler: Handler): void {
  const { handleExecute } = handler;
  handler.handleExecute = async function (content, writeStream, writeDisplay) {
    const { write, flush } = joinPrints(writeStream);
    const display: WriteDisplay = (data, update) => {
      flush();
      writeDisplay(data, update);
    };
    try {
      return await handleExecute.call(this, content, write, display);
    } finally {
      flush();
    }
  };
}

function nameCellCode(loaded: typeof vm): unknown {
  const runInThisContext = (code: string, options?: vm.RunningScriptOptions): unknown => {
    const cell = options?.breakOnSigint ? currentCell() : null;
    return loaded.runInThisContext(code, cell === null ? options : { ...options, filename: cellFile(cell) });
  };
  return { ...loaded, runInThisContext };
}
