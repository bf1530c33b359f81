import { spawnSync } from "node:child_process";
import path from "node:path";

const library = path.join(__dirname, "../../../kernel-utils");

/** Runs a program on the wasm backend in a process of its own; it has handlers, as a notebook kernel has. */
const run = (body: string) =>
  spawnSync(
    process.execPath,
    [
      "-e",
      `process.on("uncaughtException", (error) => console.log("heard", error.message));
       process.on("unhandledRejection", (reason) => console.log("heard", reason.message));
       require(${JSON.stringify(library)}).useBackend("wasm").then(() => { ${body} });`,
    ],
    { encoding: "utf8" },
  );

describe("the wasm backend leaves errors nobody caught to the program", () => {
  it.each([
    ["a forgotten rejection", 'Promise.reject(new Error("forgotten"));'],
    ["a throw from a timer", 'setTimeout(() => { throw new Error("forgotten"); }, 1);'],
  ])("%s does not end the process", (_what, body) => {
    const { status, stdout } = run(`${body} setTimeout(() => console.log("still here"), 50);`);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "heard forgotten\nstill here\n" });
  });
});
