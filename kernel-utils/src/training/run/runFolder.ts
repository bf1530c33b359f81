import { existsSync } from "node:fs";
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { CourseError, messageOf, shown } from "../../errors";
import { writeAtomically } from "../../writeAtomically";
import type { Example } from "../batching";
import { jsonText } from "./jsonText";
import { type LockHolder, RunLock } from "./runLock";
import type { MetricsLine, RunRecord } from "./trainingRun";

/** What must be the same for a run to go on as it began. */
export interface RunIdentity {
  method: string;
  seed: number;
  config: Record<string, unknown>;
  /** Of the weights before the first step: a reference and a frozen base are made of them. */
  initialWeights: string;
  data: string;
}

/** Whole checkpoints that stay: the newest, and one before it. */
const keptCheckpoints = 2;
const configName = "config.json";
const checkpointName = /^step-(\d+)$/;

/**
 * A run on disk: config.json, run.json (seed, backend, status, seconds, warnings), metrics.jsonl, checkpoints/step-NNNNNN.
 * Every file but the metrics is replaced at once; the metrics only grow, and a resumed run cuts them back to what its
 * checkpoint has seen.
 */
export class RunFolder {
  private constructor(
    readonly path: string,
    private readonly identity: RunIdentity,
    private readonly backend: string,
    private readonly metrics: FileHandle,
    private metricsBytes: number,
    private readonly lock: RunLock,
  ) {}

  /** Whose lock a process that is gone has left here. */
  get takenOver(): LockHolder | undefined {
    return this.lock.takenOver;
  }

  /** Starts a run, or goes on with the one that is there; `checkpoint` is the newest whole one. */
  static async open(
    folder: string,
    identity: RunIdentity,
    backend: string,
    resume: boolean,
  ): Promise<{ run: RunFolder; checkpoint?: string }> {
    const target = resolve(folder);
    const exists = existsSync(join(target, configName));
    if (exists && !resume) {
      throw new CourseError("usage", `${folder}: holds a run already; resume it, or choose another folder`);
    }
    await mkdir(join(target, "checkpoints"), { recursive: true });
    const lock = await RunLock.take(target);
    try {
      if (exists) await checkIdentity(target, identity);
      else await writeAtomically(join(target, "identity.json"), jsonText(identityOf(identity)));
      if (!exists) await writeAtomically(join(target, configName), jsonText(identity.config)); // last: it says that a run is here
      const checkpoint = exists ? await newestCheckpoint(join(target, "checkpoints")) : undefined;
      const metrics = await open(join(target, "metrics.jsonl"), "a+");
      const run = new RunFolder(target, identity, backend, metrics, 0, lock);
      if (checkpoint === undefined) await metrics.truncate(0);
      await run.writeRecord({ status: "running" });
      return { run, checkpoint };
    } catch (thrown) {
      await lock.release();
      throw thrown;
    }
  }

  /** The metrics that a checkpoint has seen; what came after them is cut off, for it will come again. */
  async rewind(metricsBytes: number): Promise<MetricsLine[]> {
    const file = join(this.path, "metrics.jsonl");
    const bytes = await readFile(file);
    if (bytes.length < metricsBytes) {
      const what = `${file}: has ${bytes.length} bytes, the checkpoint has seen ${metricsBytes}`;
      throw new CourseError("bad-file", `${what}; delete the newest checkpoint to resume from the one before`);
    }
    await this.metrics.truncate(metricsBytes);
    this.metricsBytes = metricsBytes;
    const lines = bytes.subarray(0, metricsBytes).toString("utf8").split("\n").filter(Boolean);
    return lines.map((line) => JSON.parse(line) as MetricsLine);
  }

  /** One line, handed to the operating system before the next step: it survives the death of this process. */
  async append({ step, kind, metrics }: MetricsLine): Promise<void> {
    const line = Buffer.from(`${JSON.stringify({ step, kind, metrics })}\n`);
    await this.metrics.appendFile(line);
    this.metricsBytes += line.length;
  }

  /** Metrics reach the disk before the checkpoint that counts them. @returns where the checkpoint belongs */
  async beforeCheckpoint(step: number): Promise<{ folder: string; metricsBytes: number }> {
    await this.metrics.datasync();
    const folder = join(this.path, "checkpoints", `step-${String(step).padStart(6, "0")}`);
    return { folder, metricsBytes: this.metricsBytes };
  }

  /** Removes all checkpoints but the newest ones. */
  async prune(): Promise<void> {
    const folder = join(this.path, "checkpoints");
    for (const { name } of (await listCheckpoints(folder)).slice(0, -keptCheckpoints)) {
      const doomed = join(folder, `.${name}.old`); // a half-removed one must not look whole
      await rename(join(folder, name), doomed);
      await rm(doomed, { recursive: true, force: true });
    }
  }

  /** Keeps the batch that a step failed on. @returns the file */
  async saveBadBatch(batch: {
    step: number;
    values: Record<string, number>;
    examples: (Example & { text?: string })[];
  }): Promise<string> {
    const file = join(this.path, "bad-batch.json");
    // JSON has no NaN: as text, so that it stays what it was
    const values = Object.fromEntries(Object.entries(batch.values).map(([name, value]) => [name, String(value)]));
    await writeAtomically(file, jsonText({ ...batch, values }));
    return file;
  }

  async finish({ steps, seconds, warnings }: RunRecord): Promise<void> {
    await this.writeRecord({ status: "finished", steps, seconds, warnings });
  }

  async stop(reason: string, warnings: string[]): Promise<void> {
    await this.writeRecord({ status: "stopped", reason, warnings });
  }

  async close(): Promise<void> {
    await this.metrics.close();
    await this.lock.release();
  }

  private writeRecord(fields: Record<string, unknown>): Promise<void> {
    const { method, seed } = this.identity;
    return writeAtomically(join(this.path, "run.json"), jsonText({ method, seed, backend: this.backend, ...fields }));
  }
}

const identityOf = ({ method, seed, initialWeights, data }: RunIdentity) => ({ method, seed, initialWeights, data });

async function checkIdentity(folder: string, identity: RunIdentity): Promise<void> {
  const compared = [
    { file: join(folder, "identity.json"), now: identityOf(identity) as Record<string, unknown> },
    { file: join(folder, configName), now: identity.config },
  ];
  for (const { file, now } of compared) {
    const before = await readObject(file);
    const current = JSON.parse(JSON.stringify(now)) as Record<string, unknown>;
    const names = [...new Set([...Object.keys(before), ...Object.keys(current)])].filter((name) => name !== "progress");
    const other = names.find((name) => JSON.stringify(before[name]) !== JSON.stringify(current[name]));
    if (other === undefined) continue;
    const values = `${other} was ${shown(before[other])} and is ${shown(current[other])} now`;
    throw new CourseError("bad-value", `${file}: ${values}; resume with what the run began with, or start another`);
  }
}

async function readObject(file: string): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
  } catch (cause) {
    const what = `${file}: cannot be read (${messageOf(cause)})`;
    throw new CourseError("bad-file", `${what}; start another run`, { cause });
  }
}

/** By step, oldest first. Folders get their name when they are whole, so each of these is. */
async function listCheckpoints(folder: string): Promise<{ name: string; step: number }[]> {
  const found = (await readdir(folder)).flatMap((name) => {
    const step = checkpointName.exec(name)?.[1];
    return step === undefined ? [] : [{ name, step: Number(step) }];
  });
  return found.sort((a, b) => a.step - b.step);
}

/** Also removes what an interrupted write left behind. */
async function newestCheckpoint(folder: string): Promise<string | undefined> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(".")) await rm(join(folder, name), { recursive: true, force: true });
  }
  const newest = (await listCheckpoints(folder)).at(-1);
  return newest && join(folder, newest.name);
}
