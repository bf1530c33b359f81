import type { LabServer } from "./server";

export interface Listener {
  ready(): void;
  stopping(): void;
}

/**
 * Runs JupyterLab until Ctrl-C (or the end of the terminal), which ends it and its kernels; a second Ctrl-C does so at once.
 * @returns the exit code: 0 when it was asked to end or ended well, 1 when it ended by itself with an error
 */
export async function serve(server: LabServer, listener: Listener): Promise<number> {
  let wasAsked = false;
  const stop = (): void => {
    if (wasAsked) server.kill();
    else listener.stopping();
    wasAsked = true;
    void server.stop();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, stop);
  try {
    await server.waitUntilReady();
    if (!wasAsked) listener.ready();
    const code = await server.ended;
    return wasAsked || code === 0 ? 0 : 1;
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}
