/** The compiler as the server sees it: questions that are answered in their turn. */
import path from "node:path";
import { Worker } from "node:worker_threads";
import { CourseError } from "../../errors";
import type { Answer, Question, Questions } from "./requests";

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class CompilerThread {
  private worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private count = 0;

  /** @param folder the notebook's folder */
  constructor(private readonly folder: string) {
    this.worker = this.start();
  }

  private start(): Worker {
    const file = path.join(__dirname, "..", "..", "..", "dist", "kernel", "compile", "worker.js");
    const worker = new Worker(file, { workerData: { folder: this.folder }, execArgv: [] });
    worker.on("message", ({ id, value, error }: Answer) => {
      const waiting = this.waiting.get(id);
      this.waiting.delete(id);
      if (error === undefined) waiting?.resolve(value);
      else waiting?.reject(new CourseError("kernel", `the compiler failed: ${error}`));
    });
    worker.on("error", (error) => this.fail(error));
    return worker;
  }

  ask<K extends keyof Questions>(name: K, ...given: Parameters<Questions[K]>): Promise<ReturnType<Questions[K]>> {
    const id = ++this.count;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.worker.postMessage({ id, name, given } satisfies Question);
    });
  }

  close(): void {
    void this.worker.terminate();
  }

  private fail(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
    this.worker = this.start(); // without the types of the names so far
  }
}
