/**
 * Which cell started the code that is running now. The context follows promises and timers, so an error that surfaces
 * during a later cell still carries the name of the cell that caused it.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { CellName } from "./reports";

const storage = new AsyncLocalStorage<string>();

export const currentCell = (): CellName => storage.getStore() ?? null;

export const runInCell = <T>(cell: string, work: () => T): T => storage.run(cell, work);

/** The last error that left a guarded callback. An error object may be a primitive, so this is no WeakMap. */
let thrown: { error: unknown; cell: CellName } | undefined;

/**
 * The callback, with a note of its cell when it throws: by the time Node announces an uncaught exception it has left
 * the callback's context (always for microtasks; for timers it depends on the version).
 */
export function guarded<A extends unknown[], R>(callback: (...args: A) => R): (...args: A) => R {
  const cell = currentCell();
  return function (this: unknown, ...args: A): R {
    try {
      return callback.apply(this, args);
    } catch (error) {
      thrown = { error, cell };
      throw error;
    }
  };
}

/** The cell to blame for an uncaught error. */
export function cellOf(error: unknown): CellName {
  const cell = thrown !== undefined && Object.is(thrown.error, error) ? thrown.cell : currentCell();
  thrown = undefined;
  return cell;
}
