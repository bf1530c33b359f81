/** The kernel process, as front ends start it. */
import { spawn } from "node:child_process";
import { ownKernel } from "./kernelSpec";

/** @param file the connection file @returns the exit code, when the kernel has ended */
export function runKernel(file: string): Promise<number> {
  const [command, ...args] = ownKernel().argv.map((argument) => argument.replaceAll("{connection_file}", file));
  const child = spawn(command, args, { stdio: "inherit" });
  process.on("SIGINT", () => {}); // meant for the kernel, which gets it too
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
