import { createServer } from "node:net";
import { CourseError } from "../errors";

/** Jupyter's own. */
const firstPort = 8888;
const tries = 50;

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });

export interface Port {
  port: number;
  /** The port that was in use, where another one had to be taken. */
  insteadOf?: number;
}

/**
 * @param asked the one port that will do; otherwise the first free one from 8888
 * @throws CourseError `usage` when the asked one is no port, `jupyter` when it is in use
 */
export async function choosePort(asked?: string): Promise<Port> {
  if (asked !== undefined) {
    const port = /^\d+$/.test(asked) ? Number(asked) : Number.NaN;
    if (!(port >= 1 && port <= 65_535)) {
      throw new CourseError(
        "usage",
        `align lab: --port ${JSON.stringify(asked)} is no port; give one from 1024 to 65535`,
      );
    }
    if (await isFree(port)) return { port };
    const way = "choose another one, or leave --port away and the next free one is taken";
    throw new CourseError("jupyter", `align lab: port ${port} cannot be opened, most likely it is in use; ${way}`);
  }
  for (let port = firstPort; port < firstPort + tries; port++) {
    if (await isFree(port)) return port === firstPort ? { port } : { port, insteadOf: firstPort };
  }
  throw new CourseError(
    "jupyter",
    `align lab: ports ${firstPort} to ${firstPort + tries - 1} are all in use; give one with --port`,
  );
}
