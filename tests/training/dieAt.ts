import fs from "node:fs/promises";

/** From the n-th on, every operation on files fails, as they do for a process that was killed there. */
export function dieAt(n: number): { count: () => number } {
  let count = 0;
  const guard = <T extends unknown[], R>(real: (...args: T) => Promise<R>) =>
    ((...args: T) => (++count >= n ? Promise.reject(new Error("killed")) : real(...args))) as never;
  for (const name of ["rename", "rm", "mkdir"] as const) {
    const real = fs[name] as (...args: unknown[]) => Promise<unknown>;
    jest.spyOn(fs, name).mockImplementation(guard(real));
  }
  const open = fs.open;
  jest.spyOn(fs, "open").mockImplementation(async (...args) => {
    if (++count >= n) throw new Error("killed");
    const handle = await open(...args);
    for (const name of ["writeFile", "appendFile", "sync", "datasync", "truncate"] as const) {
      const real = handle[name].bind(handle) as (...args: unknown[]) => Promise<unknown>;
      handle[name] = guard(real);
    }
    return handle;
  });
  return { count: () => count };
}
