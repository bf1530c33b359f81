import { causeOfDeath } from "../../kernel-utils/src/kernel/server/causeOfDeath";

const what = "the process that runs the cells";
const exited = (code: number | null, signal: NodeJS.Signals | null = null) => ({ exit: { code, signal }, tail: "" });

it("says by what it ended", () => {
  const report = { event: "exit" as const, run: "1", code: 3, called: true, stack: "" };
  expect(causeOfDeath(exited(0))).toBe(`${what} exited with code 0`);
  expect(causeOfDeath({ ...exited(3), report })).toBe(`${what} exited with code 3, by a call of process.exit`);
  expect(causeOfDeath(exited(null, "SIGSEGV"))).toBe(`${what} was ended by SIGSEGV`);
  expect(causeOfDeath(exited(null, "SIGKILL"))).toMatch(
    /SIGKILL \(the system kills processes so when memory runs out\)$/,
  );
});

it("says why it could not even be started", () => {
  const exit = { code: null, signal: null, error: new Error("spawn node ENOENT") };
  expect(causeOfDeath({ exit, tail: "" })).toBe(`${what} could not be started: spawn node ENOENT`);
});

it("names the fatal error of a process that ran out of memory", () => {
  const tail = "<--- Last few GCs --->\nFATAL ERROR: Reached heap limit Allocation failed\n 1: 0xb76db1";
  const death = { exit: { code: null, signal: "SIGABRT" as const }, tail };
  expect(causeOfDeath(death)).toBe(
    `${what} was ended by SIGABRT; its last words: FATAL ERROR: Reached heap limit Allocation failed`,
  );
});
