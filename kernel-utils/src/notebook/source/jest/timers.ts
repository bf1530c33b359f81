/** Timers that remember their cell, so that an error thrown long after the cell ended still has an owner. */
import { type CellRun, currentRun } from "./run";

type Callback = (...values: unknown[]) => void;
type Schedule = (callback: Callback, ...rest: unknown[]) => unknown;

const pending = new Set<unknown>();

/** Native timers, for waiting that is ours and not a cell's. */
export const native = { setTimeout, clearTimeout, setImmediate };

/** @param late takes an error thrown by a timer whose cell has ended */
export function watchTimers(late: (run: CellRun, error: unknown) => void): void {
  const guard = (run: CellRun, callback: Callback, values: unknown[]): void => {
    try {
      callback(...values);
    } catch (error) {
      if (run.finished) late(run, error);
      else run.fail(error);
    }
  };
  for (const name of ["setTimeout", "setImmediate", "setInterval"] as const) {
    const schedule = globalThis[name] as unknown as Schedule;
    const watched: Schedule = (callback, ...rest) => {
      const run = currentRun.getStore();
      if (run === undefined || typeof callback !== "function") return schedule(callback, ...rest);
      const fire = (...values: unknown[]): void => {
        if (name !== "setInterval") pending.delete(handle);
        guard(run, callback, values);
      };
      const handle = schedule(fire, ...rest);
      if (name !== "setInterval") pending.add(handle);
      return handle;
    };
    Object.assign(globalThis, { [name]: Object.defineProperties(watched, Object.getOwnPropertyDescriptors(schedule)) });
  }
  for (const name of ["clearTimeout", "clearImmediate"] as const) {
    const clear = globalThis[name] as (handle: unknown) => void;
    const watched = (handle: unknown): void => {
      pending.delete(handle);
      clear(handle);
    };
    Object.assign(globalThis, { [name]: watched });
  }
}

/** Waits until every timer a cell set has fired, at most `seconds`. */
export async function timersFired(seconds: number): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (pending.size > 0 && Date.now() < end) await new Promise((resolve) => native.setTimeout(resolve, 20));
}

/** Lets everything already due happen: rejections nobody handles are reported on the next turn of the event loop. */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => native.setImmediate(() => native.setTimeout(resolve, 0)));
