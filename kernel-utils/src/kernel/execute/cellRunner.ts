/** Runs the code of cells, one after another, on the main thread of this process. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { runInCell } from "../cells/currentCell";
import { describeThrown } from "../cells/describeThrown";
import type { ErrorReport } from "../cells/reports";
import { send } from "./channel";
import type { Control } from "./control";
import { bundle } from "./display";
import { readFrames, rememberSource, scriptName, withoutInnerNames } from "./frames";
import { defaultOf, Modules, namespaceOf } from "./modules";
import { interruptedMessage, interruptedName, type RunRequest } from "./protocol";
import { flushStreams, setLatestRun } from "./streams";

const { setImmediate } = globalThis;

export class Interrupted extends Error {
  override readonly name = interruptedName;
  constructor() {
    super(interruptedMessage);
  }
}

type CellPromise = Promise<{ value: unknown } | undefined>;

/** What the next cell's function is called with: the call is part of the script, so that a signal can break it off. */
const passed: { given: unknown[] } = { given: [] };
Object.defineProperty(globalThis, Symbol.for("align.call"), { get: () => passed.given });

export class CellRunner {
  /** Everything cells have declared, by name. */
  private readonly cells: Record<string, unknown> = {};
  private readonly modules: Modules;
  /** Ends the cell that is running, once. */
  private finish: ((isOk: boolean) => void) | undefined;
  private current: RunRequest | undefined;

  constructor(
    private readonly folder: string,
    private readonly control: Control,
  ) {
    this.modules = new Modules(folder);
  }

  /** The cell that is running, if one is. */
  get running(): RunRequest | undefined {
    return this.current;
  }

  run(request: RunRequest): void {
    const done = new Set<string>();
    this.current = request;
    this.control.clearStop();
    setLatestRun(request.run);
    this.finish = (isOk) => {
      if (this.current !== request) return;
      this.current = undefined;
      // Two turns of the event loop later, rejections that nobody awaits have been announced and belong to this cell.
      setImmediate(() =>
        setImmediate(() => {
          flushStreams();
          send({ type: "done", run: request.run, isOk, done: [...done] });
        }),
      );
    };
    const { finish } = this;
    if (this.control.isInterrupted) {
      this.interrupt();
      return;
    }
    runInCell(request.run, () => {
      this.execute(request, done).then(
        () => finish(true),
        (error) => {
          if (this.current === request) reportError(request.run, "thrown", error);
          finish(false);
        },
      );
    });
  }

  /** Ends the running cell as interrupted: its code was broken off, or waits for something. */
  interrupt(): void {
    if (this.current === undefined) return; // it has stopped by itself
    reportError(this.current.run, "thrown", new Interrupted());
    this.finish?.(false);
  }

  private async execute(request: RunRequest, done: Set<string>): Promise<void> {
    const { run, label, js, map, mapLineOffset } = request;
    this.modules.refresh();
    rememberSource(scriptName(run), { label, map, lineOffset: mapLineOffset });
    const names = ["$cells", "$kernel", "$stop", "require", "__filename", "__dirname"];
    // The line above the code is line 0, so the code's lines count as in its source map.
    const call = `(async (${names.join(", ")}) => { "use strict";\n${js}\n})(...globalThis[Symbol.for("align.call")])`;
    const script = new vm.Script(call, {
      filename: scriptName(run),
      lineOffset: -1,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    const file = path.join(this.folder, "notebook.ts");
    const kernel = this.kernel(done, file);
    passed.given = [this.cells, kernel, this.control.state, this.modules.require, file, this.folder];
    const result = await (script.runInThisContext({ breakOnSigint: true }) as CellPromise);
    if (result === undefined || result.value === undefined) return;
    const shown = await bundle(result.value);
    if (this.current !== request || shown === undefined) return;
    flushStreams();
    send({ type: "result", run, ...shown });
  }

  /** What compiled cells call `$kernel`. */
  private kernel(done: Set<string>, file: string): object {
    return {
      done: (name: string) => void done.add(name),
      stop: () => {
        throw new Interrupted();
      },
      import: async (specifier: string) => ({ module: await this.modules.loadAsync(specifier) }),
      dynamicImport: async (specifier: unknown) => namespaceOf(await this.modules.loadAsync(String(specifier))),
      default: defaultOf,
      namespace: namespaceOf,
      meta: { url: pathToFileURL(file).href, filename: file, dirname: this.folder },
    };
  }
}

export function reportError(run: string, origin: ErrorReport["origin"], given: unknown): void {
  const isBrokenOff = (given as { code?: unknown } | null)?.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
  const thrown = isBrokenOff ? new Interrupted() : given;
  if (thrown instanceof Interrupted && origin !== "thrown") return; // its cell has been told
  flushStreams(); // what was printed before stands before
  const { message, stack, ...described } = describeThrown(thrown, readFrames);
  const clean = { message: withoutInnerNames(message), stack: withoutInnerNames(stack) };
  send({ type: "error", run, report: { event: "error", origin, ...described, ...clean } });
}
