import { setTimeout as sleep } from "node:timers/promises";

/** What the first of the promises resolves to, or "late" when none does within the time. */
export async function firstOf<T extends readonly Promise<unknown>[]>(
  promises: T,
  seconds: number,
): Promise<Awaited<T[number]> | "late"> {
  const timer = new AbortController();
  const late = sleep(seconds * 1000, "late" as const, { signal: timer.signal }).catch(() => "late" as const);
  try {
    return (await Promise.race([...promises, late])) as Awaited<T[number]> | "late";
  } finally {
    timer.abort();
  }
}
