/** JupyterLab as a process: started on one port, watched until it answers, and ended with its kernels. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createWriteStream, mkdirSync, readFileSync, type WriteStream } from "node:fs";
import path from "node:path";
import { CourseError } from "../errors";
import type { Jupyter } from "./jupyter";
import { killTree } from "./processes";

export interface LabOptions {
  /** The course's folder, which is what the file browser shows. */
  project: string;
  /** The file that opens, from that folder, with slashes. */
  page: string;
  port: number;
  opensBrowser: boolean;
  /** Further folders in which Jupyter looks for kernels. */
  dataFolders: string[];
}

/** Loaded machines and first starts are slow. */
const startSeconds = 180;
/** Jupyter asks its kernels to leave before it goes itself. */
const endSeconds = 15;

export class LabServer {
  /** With its token: whoever has this address can run code as this user. */
  readonly url: string;
  /** The exit code, once it has ended for whatever reason. */
  readonly ended: Promise<number>;
  private readonly child: ChildProcess;
  private readonly token = randomBytes(24).toString("hex");
  private readonly origin: string;
  private readonly log: WriteStream;
  private readonly logFile: string;
  private isStopping = false;
  private hasEnded = false;

  constructor({ command, version }: Jupyter, options: LabOptions) {
    this.origin = `http://127.0.0.1:${options.port}`;
    const page = options.page.split("/").map(encodeURIComponent).join("/");
    this.url = `${this.origin}/lab/tree/${page}?token=${this.token}`;
    this.logFile = path.join(options.project, ".cache", "lab", `jupyter-${options.port}.log`);
    mkdirSync(path.dirname(this.logFile), { recursive: true });
    this.log = createWriteStream(this.logFile);
    this.log.write(`JupyterLab ${version}: ${command.join(" ")}\n`);
    const [program, ...args] = command;
    this.child = spawn(program, [...args, ...settings(options, page)], {
      cwd: options.project,
      env: environment(options, this.token),
      // Its own group: a terminal's Ctrl-C is for us, or Jupyter would ask "Shutdown this server (y/[n])?" and wait.
      detached: process.platform !== "win32",
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    this.ended = this.watch();
  }

  /** @throws CourseError `jupyter` with what Jupyter said last, when it ends or does not answer */
  async waitUntilReady(): Promise<void> {
    const deadline = Date.now() + startSeconds * 1000;
    while (!this.hasEnded && !this.isStopping && Date.now() < deadline) {
      if (await this.answers()) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    if (this.isStopping) return;
    const what = this.hasEnded
      ? "JupyterLab ended while starting"
      : `JupyterLab did not answer within ${startSeconds} s`;
    await this.stop();
    throw new CourseError("jupyter", `align lab: ${what}: ${this.lastComplaint()}; all it said is in ${this.logFile}`);
  }

  /** Ends JupyterLab and the kernels it started; resolves when they are gone. */
  async stop(): Promise<void> {
    if (this.isStopping || this.hasEnded) return void (await this.ended);
    this.isStopping = true;
    const late = setTimeout(() => this.kill(), endSeconds * 1000);
    await this.askToEnd();
    await this.ended;
    clearTimeout(late);
  }

  /** At once, without asking. */
  kill(): void {
    if (!this.hasEnded && this.child.pid !== undefined) killTree(this.child.pid);
  }

  private async askToEnd(): Promise<void> {
    if (process.platform !== "win32") return void this.child.kill("SIGTERM");
    // Windows has no signals that could be answered; Jupyter's interface has the same as a request.
    const headers = { Authorization: `token ${this.token}` };
    await fetch(`${this.origin}/api/shutdown`, { method: "POST", headers }).catch(() => this.kill());
  }

  private async answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.origin}/api`, { signal: AbortSignal.timeout(5_000) })).ok;
    } catch {
      return false;
    }
  }

  private lastComplaint(): string {
    const lines = readFileSync(this.logFile, "utf8").trim().split("\n");
    return (lines.filter((line) => /^\[[EC] |Error/.test(line)).at(-1) ?? lines.at(-1) ?? "it said nothing").trim();
  }

  private watch(): Promise<number> {
    const dying = (): void => this.kill();
    process.once("exit", dying);
    this.child.stdout?.pipe(this.log, { end: false });
    this.child.stderr?.pipe(this.log, { end: false });
    return new Promise((resolve) => {
      const finish = (code: number, reason: string): void => {
        this.hasEnded = true;
        process.off("exit", dying);
        this.log.end(`${reason}\n`, () => resolve(code));
      };
      this.child.once("error", (error) => finish(2, error.message));
      this.child.once("close", (code, signal) => finish(code ?? 1, `ended (${signal ?? code})`));
    });
  }
}

function settings({ project, port, opensBrowser }: LabOptions, page: string): string[] {
  return [
    `--ServerApp.root_dir=${project}`,
    `--ServerApp.preferred_dir=${path.join(project, "notebooks")}`,
    "--ServerApp.ip=127.0.0.1", // reached from this machine only
    `--ServerApp.port=${port}`,
    "--ServerApp.port_retries=0", // another port would not be the one we tell
    `--LabApp.default_url=/lab/tree/${page}`,
    `--LabApp.app_settings_dir=${path.join(project, "jupyter", "settings")}`,
    ...(opensBrowser ? [] : ["--no-browser"]),
    // In containers people are root, and Jupyter would refuse; it listens on this machine only and wants the token.
    ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
  ];
}

function environment({ project, dataFolders }: LabOptions, token: string): NodeJS.ProcessEnv {
  const joined = (first: string[], rest?: string): string => [...first, ...(rest ? [rest] : [])].join(path.delimiter);
  return {
    ...process.env,
    JUPYTER_TOKEN: token, // not an argument: those are seen by every user of the machine
    JUPYTER_CONFIG_PATH: joined([path.join(project, "jupyter", "config")], process.env.JUPYTER_CONFIG_PATH),
    JUPYTER_PATH: joined(dataFolders, process.env.JUPYTER_PATH),
  };
}
