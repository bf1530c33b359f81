import path from "node:path";
import type { KernelSpec } from "./kernelSpec";

/** The command of this package, plain JavaScript. */
const command = path.join(__dirname, "..", "..", "..", "bin", "align.js");

/** The kernel of this package, started by the Node that runs us; needs no registration. */
export const alignmentKernel = (): KernelSpec => ({
  name: "alignment",
  displayName: "TypeScript (alignment)",
  folder: path.dirname(command),
  argv: [process.execPath, command, "kernel", "start", "{connection_file}"],
  env: {},
  interruptMode: "message",
  reports: true,
});
