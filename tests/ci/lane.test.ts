/** One lane of continuous integration: what it prints is kept, what it starts is ended, and what it says is counted. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { temporaryFolder } from "../runner/fixtures";
import { isAlive, until } from "../runner/processes";

interface Result {
  status: "ok" | "failed" | "skipped";
  why: string;
  seconds: number;
}
interface Given {
  command: string;
  limitMinutes: number;
  env?: Record<string, string>;
  maySkip?: boolean;
}
type RunLane = (lane: Given, where: { cwd: string; log: string }) => Promise<Result>;
const { runLane } = require("../../.ci/lane.cjs") as { runLane: RunLane };
type LaneCounts = (result: { status: string }, report?: string) => { passed: number; failed: number };
const { laneCounts } = require("../../.ci/counts.cjs") as { laneCounts: LaneCounts };

const log = path.join(temporaryFolder(), "lane.log");
const run = (command: string, more: Partial<Given> = {}): Promise<Result> =>
  runLane({ command, limitMinutes: 1, ...more }, { cwd: path.dirname(log), log });

it("keeps both streams in order, and the environment it is given", async () => {
  const result = await run('echo "one $COLOUR"; echo two >&2; echo three', { env: { COLOUR: "red" } });
  expect(result).toMatchObject({ status: "ok", why: "" });
  expect(readFileSync(log, "utf8")).toBe("one red\ntwo\nthree\n");
});

it("stops at the first command that fails, in a pipe too, and says how", async () => {
  expect(await run("false | cat; echo on")).toMatchObject({ status: "failed", why: "exit 1" });
  expect(await run("kill -9 $$")).toMatchObject({ status: "failed", why: "exit SIGKILL" });
  expect(readFileSync(log, "utf8")).toBe("");
});

it("goes without a download only where the lane may", async () => {
  expect(await run("exit 75")).toMatchObject({ status: "failed" });
  expect(await run("exit 75", { maySkip: true })).toMatchObject({ status: "skipped" });
  expect(await run("exit 1", { maySkip: true })).toMatchObject({ status: "failed" });
});

it("ends a lane at its limit, with all it has started", async () => {
  const result = await run("sleep 100 & echo $!; wait", { limitMinutes: 0.01 });
  expect(result).toMatchObject({ status: "failed", why: "past its limit of 0.01 min" });
  expect(result.seconds).toBeLessThan(30);
  const sleeper = Number.parseInt(readFileSync(log, "utf8"), 10);
  await until(() => !isAlive(sleeper), 5);
});

it("kills what a lane leaves behind, and says so", async () => {
  expect(await run("sleep 100 & echo $!")).toMatchObject({ status: "ok" });
  const text = readFileSync(log, "utf8");
  expect(text).toMatch(/left behind were killed/);
  await until(() => !isAlive(Number.parseInt(text, 10)), 5);
});

it.each([
  ["no report wanted, ended well", "ok", undefined, [1, 0]],
  ["no report wanted, failed", "failed", undefined, [0, 1]],
  ["Jest's report", "ok", { numPassedTests: 5, numFailedTests: 0, numRuntimeErrorTestSuites: 0 }, [5, 0]],
  [
    "a suite that could not run",
    "failed",
    { numPassedTests: 5, numFailedTests: 1, numRuntimeErrorTestSuites: 2 },
    [5, 3],
  ],
  ["counts alone", "ok", { passed: 7, failed: 0 }, [7, 0]],
  ["all passed, but the lane crashed", "failed", { passed: 7, failed: 0 }, [7, 1]],
  ["no report where one is wanted", "ok", "", [0, 1]],
  ["a report without counts", "ok", { done: true }, [0, 1]],
  ["a report of nothing", "ok", { passed: 0, failed: 0 }, [0, 1]],
  ["skipped", "skipped", "", [0, 0]],
])("counts: %s", (_, status, report, [passed, failed]) => {
  const file = path.join(temporaryFolder(), "report.json");
  if (typeof report === "object") writeFileSync(file, JSON.stringify(report));
  expect(laneCounts({ status }, report === undefined ? undefined : file)).toEqual({ passed, failed });
});
