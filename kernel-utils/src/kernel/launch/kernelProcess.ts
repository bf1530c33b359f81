/** One kernel process: started in its own process group, listened to through the probe, never left behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { CourseError } from "../../errors";
import { readLines } from "../../readLines";
import { type ProbeQuestion, type ProbeReport, probeSwitch } from "../probe/reports";
import type { ConnectionFile } from "./connection";
import type { KernelSpec } from "./kernelSpec";

export interface KernelExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Set when the command could not be started at all. */
  error?: Error;
}

/** Kept of what the process wrote outside its cells, in characters. */
const tailLength = 8_000;

/** The built probe; plain JavaScript also when the runner itself is run from its sources. */
export const probeFile = path.join(__dirname, "..", "..", "..", "dist", "kernel", "probe", "index.js");

/** Killed when this process exits, whatever the reason. */
const alive = new Set<KernelProcess>();
process.on("exit", () => {
  for (const kernel of alive) kernel.kill();
});

export class KernelProcess {
  /** Resolves when the process has ended and everything it said has been read. */
  readonly exited: Promise<KernelExit>;
  private readonly child: ChildProcess;
  private output = "";
  private hasEnded = false;

  constructor(
    spec: KernelSpec,
    private readonly connection: ConnectionFile,
    folder: string,
    private readonly onReport: (report: ProbeReport) => void,
  ) {
    const [command, ...args] = commandLine(spec, connection.file);
    this.child = spawn(command, args, {
      cwd: folder,
      detached: true, // leads its own group: a terminal's Ctrl-C is ours to handle, and its children die with it
      env: { ...process.env, ...spec.env, ...(spec.reports ? {} : probeEnvironment(spec)) },
      stdio: ["ignore", "pipe", "pipe", ...(spec.reports ? [] : (["pipe", "pipe"] as const))],
      windowsHide: true,
    });
    alive.add(this);
    this.exited = this.watch();
  }

  /** The end of what the process printed by itself: start-up errors, warnings of native code, a fatal error. */
  get tail(): string {
    return this.output.trim();
  }

  get ended(): boolean {
    return this.hasEnded;
  }

  ask(question: ProbeQuestion): void {
    (this.child.stdio[4] as Writable).write(`${JSON.stringify(question)}\n`);
  }

  interrupt(): void {
    this.child.kill("SIGINT");
  }

  /** Ends the process and everything it started, at once. */
  kill(): void {
    if (this.hasEnded || this.child.pid === undefined) return;
    try {
      if (process.platform === "win32") this.child.kill("SIGKILL");
      else process.kill(-this.child.pid, "SIGKILL");
    } catch {
      this.child.kill("SIGKILL");
    }
    rmSync(path.dirname(this.connection.file), { recursive: true, force: true });
  }

  private watch(): Promise<KernelExit> {
    const keep = (text: string) => {
      this.output = (this.output + text).slice(-tailLength);
    };
    this.child.stdout?.setEncoding("utf8").on("data", keep);
    this.child.stderr?.setEncoding("utf8").on("data", keep);
    const reports = this.child.stdio[3] as Readable | undefined;
    if (reports) void readLines(reports, (line) => this.onReport(JSON.parse(line)));
    this.child.stdio[4]?.on("error", () => {}); // the kernel has gone; `exited` says so
    return new Promise((resolve) => {
      let result: KernelExit | undefined;
      const finish = (exit: KernelExit) => {
        if (result !== undefined) return;
        result = exit;
        this.hasEnded = true;
        alive.delete(this);
        resolve(exit);
      };
      this.child.once("error", (error) => finish({ code: null, signal: null, error }));
      this.child.once("close", (code, signal) => finish({ code, signal }));
      // A process that a cell started and left behind may hold the pipes open: do not wait for it.
      this.child.once("exit", (code, signal) => setTimeout(() => finish({ code, signal }), 500).unref());
    });
  }
}

function commandLine(spec: KernelSpec, connectionFile: string): string[] {
  return spec.argv.map((argument) =>
    argument.replaceAll("{connection_file}", connectionFile).replaceAll("{resource_dir}", spec.folder),
  );
}

/** NODE_OPTIONS, because the command may be a script that starts Node; other languages ignore it. */
function probeEnvironment(spec: KernelSpec): NodeJS.ProcessEnv {
  if (!existsSync(probeFile)) {
    const message = `align run: the kernel's probe is not built (${probeFile}); run \`npm run build\``;
    throw new CourseError("kernel", message);
  }
  const given = spec.env.NODE_OPTIONS ?? process.env.NODE_OPTIONS ?? "";
  return { NODE_OPTIONS: `--require ${JSON.stringify(probeFile)} ${given}`.trim(), [probeSwitch]: given };
}
