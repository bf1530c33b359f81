const events = ["uncaughtException", "unhandledRejection"] as const;

/**
 * Runs `start` and takes away the listeners it put on the process for errors nobody caught. The stock wasm backend adds
 * two that throw again whatever they are given: with them, one forgotten promise in a notebook kills the whole kernel,
 * and a program's own handlers never have the last word. Without them Node and the kernel do what they always do.
 */
export async function withoutErrorListeners<T>(start: () => Promise<T>): Promise<T> {
  const before = new Map(events.map((event) => [event, new Set(process.rawListeners(event))]));
  try {
    return await start();
  } finally {
    for (const event of events) {
      const added = process.rawListeners(event).filter((listener) => !before.get(event)?.has(listener));
      for (const listener of added) process.removeListener(event, listener as () => void);
    }
  }
}
