/**
 * The Jest environment of notebooks: Node's own, and one thing more. Jest hears of unhandled rejections outside the
 * sandbox of the tests; here they are handed in, to get the name of the cell they came from. Loaded by Jest only.
 */
import { TestEnvironment } from "jest-environment-node";

const rejectionHook = Symbol.for("kernel-utils.notebook.rejection");

export default class NotebookEnvironment extends TestEnvironment {
  handleTestEvent(event: { name: string; error?: unknown; promise?: Promise<unknown> }): void {
    if (event.name !== "error" || event.promise === undefined) return;
    const hook = (this.global as { [rejectionHook]?: (error: unknown) => boolean })[rejectionHook];
    // Taken in by its cell, it is handled as far as Jest is concerned, and reported once.
    if (hook?.(event.error)) event.promise.catch(() => undefined);
  }
}
