/**
 * Knows the timers cells have started and that have not fired: a notebook is finished only when they are, because an
 * error thrown by one of them would otherwise be lost with the process.
 */
import timers from "node:timers";
import timersPromises from "node:timers/promises";
import { promisify } from "node:util";
import { currentCell, guarded } from "./currentCell";

/** Node's own record of a timer: `_destroyed` turns true when it has fired or was cleared. */
type TimerRecord = NodeJS.Timeout & { _destroyed?: boolean };
type Callback = (...args: unknown[]) => void;

const oneShots = new Map<TimerRecord, number>();
const repeating = new Set<TimerRecord>();
const sleeping = new Map<symbol, number>();

const isAlive = (timer: TimerRecord): boolean => timer._destroyed !== true && timer.hasRef();

/**
 * @param within milliseconds: timers that are due later do not count
 * @returns milliseconds until the last pending one-shot timer is due (0: overdue), or null when none is pending
 */
export function timersDueIn(within = Number.POSITIVE_INFINITY): number | null {
  for (const timer of oneShots.keys()) if (!isAlive(timer)) oneShots.delete(timer);
  const due = [...oneShots.values(), ...sleeping.values()].map((time) => Math.max(0, time - Date.now()));
  const near = due.filter((time) => time <= within);
  return near.length === 0 ? null : Math.max(...near);
}

export function repeatingTimers(): number {
  for (const timer of repeating) if (!isAlive(timer)) repeating.delete(timer);
  return repeating.size;
}

/** Replaces the timer functions, in `globalThis` and in the `timers` modules, with ones that keep the record. */
export function watchTimers(): void {
  const { setTimeout, setInterval, setImmediate } = timers;
  const watchedTimeout = (callback: Callback, delay?: number, ...args: unknown[]): NodeJS.Timeout => {
    if (currentCell() === null || typeof callback !== "function") return setTimeout(callback, delay, ...args);
    const run = guarded(callback);
    const timer: TimerRecord = setTimeout(() => {
      oneShots.delete(timer);
      run.apply(timer, args);
    }, delay);
    oneShots.set(timer, Date.now() + (Number(delay) || 0));
    return timer;
  };
  const watchedInterval = (callback: Callback, delay?: number, ...args: unknown[]): NodeJS.Timeout => {
    if (currentCell() === null || typeof callback !== "function") return setInterval(callback, delay, ...args);
    const timer = setInterval(guarded(callback), delay, ...args);
    repeating.add(timer);
    return timer;
  };
  const watchedImmediate = (callback: Callback, ...args: unknown[]): NodeJS.Immediate =>
    setImmediate(typeof callback === "function" ? guarded(callback) : callback, ...args);
  Object.defineProperty(watchedTimeout, promisify.custom, { get: () => timersPromises.setTimeout });
  Object.defineProperty(watchedImmediate, promisify.custom, { get: () => timersPromises.setImmediate });
  const watched = { setTimeout: watchedTimeout, setInterval: watchedInterval, setImmediate: watchedImmediate };
  Object.assign(timers, watched);
  Object.assign(globalThis, watched);
  watchMicrotasks();
  watchSleep();
}

function watchMicrotasks(): void {
  const { queueMicrotask } = globalThis;
  globalThis.queueMicrotask = (callback) =>
    queueMicrotask(typeof callback === "function" ? guarded(callback) : callback);
}

/** `await setTimeout(1000)` of node:timers/promises. */
function watchSleep(): void {
  const { setTimeout } = timersPromises;
  timersPromises.setTimeout = ((delay?: number, value?: unknown, options?: object) => {
    const sleep = setTimeout(delay, value, options);
    if (currentCell() === null) return sleep;
    const key = Symbol();
    const forget = () => sleeping.delete(key);
    sleeping.set(key, Date.now() + (Number(delay) || 0));
    sleep.then(forget, forget);
    return sleep;
  }) as typeof setTimeout;
}
