/** Timers that remember their cell, so that an error thrown long after the cell ended still has an owner. */
import { type CellRun, currentRun } from "./run";

type Callback = (...values: unknown[]) => void;
type Schedule = (callback: Callback, ...rest: unknown[]) => unknown;
type Clear = (handle: unknown) => void;
type Blame = (run: CellRun, error: unknown) => void;

/** Native timers, for waiting that is ours and not a cell's. */
export const native = { setTimeout, clearTimeout, setImmediate };

/** Timers of cells that have not fired or been cleared, with what clears them; intervals apart, for they never end. */
const waiting = new Map<unknown, Clear>();
const repeating = new Map<unknown, Clear>();

/** @param blame takes an error thrown by a timer, and the cell that set it */
export function watchTimers(blame: Blame): void {
  watch("setTimeout", "clearTimeout", waiting, blame);
  watch("setImmediate", "clearImmediate", waiting, blame);
  watch("setInterval", "clearInterval", repeating, blame);
}

function watch(
  set: "setTimeout" | "setImmediate" | "setInterval",
  unset: "clearTimeout" | "clearImmediate" | "clearInterval",
  handles: Map<unknown, Clear>,
  blame: Blame,
): void {
  const schedule = globalThis[set] as unknown as Schedule;
  const clear = globalThis[unset] as Clear;
  const watched: Schedule = (callback, ...rest) => {
    const run = currentRun.getStore();
    if (run === undefined || typeof callback !== "function") return schedule(callback, ...rest);
    const fire = (...values: unknown[]): void => {
      waiting.delete(handle);
      callCell(run, () => callback(...values), blame);
    };
    const handle = schedule(fire, ...rest);
    handles.set(handle, clear);
    return handle;
  };
  // What hangs on the native function, such as util.promisify's own version, hangs on ours.
  Object.defineProperties(watched, Object.getOwnPropertyDescriptors(schedule));
  Object.assign(globalThis, { [set]: watched, [unset]: (handle: unknown) => forget(handle, clear) });
}

function callCell(run: CellRun, call: () => void, blame: Blame): void {
  try {
    call();
  } catch (error) {
    blame(run, error);
  }
}

function forget(handle: unknown, clear: Clear): void {
  waiting.delete(handle);
  repeating.delete(handle);
  clear(handle);
}

/** Waits until every timer a cell set has fired, at most `seconds`, and clears what is left. */
export async function timersFired(seconds: number): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (waiting.size > 0 && Date.now() < end) await new Promise((resolve) => native.setTimeout(resolve, 20));
  for (const [handle, clear] of [...waiting, ...repeating]) clear(handle);
}

/** Lets everything already due happen: rejections nobody handles are reported on the next turn of the event loop. */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => native.setImmediate(() => native.setTimeout(resolve, 0)));
