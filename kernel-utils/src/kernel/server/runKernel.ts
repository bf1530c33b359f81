/** The kernel process, as front ends start it. */
import { readFileSync } from "node:fs";
import { CourseError, messageOf } from "../../errors";
import type { ConnectionInfo } from "../launch/connection";
import { KernelServer } from "./kernelServer";

const parentCheckMs = 500;

/**
 * @param file the connection file @returns the exit code, when the kernel has ended
 * @throws CourseError `kernel` where the file cannot be read or a port is taken
 */
export async function runKernel(file: string): Promise<number> {
  const info = readConnection(file);
  const server = await KernelServer.start(info, process.cwd()).catch((cause) => {
    throw new CourseError("kernel", `align kernel: the sockets of ${file} cannot be opened: ${messageOf(cause)}`, {
      cause,
    });
  });
  process.on("SIGINT", () => server.interrupt());
  process.on("SIGTERM", () => void server.close());
  process.on("SIGHUP", () => void server.close());
  const watch = endWithParent(() => void server.close());
  await server.closed;
  clearInterval(watch);
  return 0;
}

/** A front end that was killed cannot shut its kernel down. */
function endWithParent(end: () => void): NodeJS.Timeout {
  const { ppid } = process;
  return setInterval(() => {
    if (ppid > 1 && process.ppid !== ppid) end();
  }, parentCheckMs).unref();
}

function readConnection(file: string): ConnectionInfo {
  let info: Partial<ConnectionInfo>;
  try {
    info = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new CourseError("kernel", `align kernel: ${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
  const ports = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"] as const;
  const missing = [...ports, "ip" as const, "transport" as const].filter((key) => info[key] === undefined);
  if (missing.length > 0)
    throw new CourseError("kernel", `align kernel: ${file} lacks ${missing.join(", ")}; front ends write it`);
  const scheme = info.signature_scheme ?? "hmac-sha256";
  if (scheme !== "hmac-sha256")
    throw new CourseError("kernel", `align kernel: ${file} asks for ${scheme}; known: hmac-sha256`);
  return info as ConnectionInfo;
}
