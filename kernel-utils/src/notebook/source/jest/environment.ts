/**
 * The Jest environment of notebooks: Node's own, and one thing more. Jest hears of unhandled rejections outside the
 * sandbox of the tests; here they are handed in, to get the name of the cell they came from. Loaded by Jest only.
 */
import { TestEnvironment } from "jest-environment-node";

const lateErrorHook = Symbol.for("kernel-utils.notebook.lateError");

export default class NotebookEnvironment extends TestEnvironment {
  handleTestEvent(event: { name: string; error?: unknown }): void {
    if (event.name !== "error") return;
    const hook = (this.global as { [lateErrorHook]?: (error: unknown) => void })[lateErrorHook];
    hook?.(event.error);
  }
}
