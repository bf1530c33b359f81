/** `align run` as users call it; needs the built package. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { executedCells, fixture, printed, root, temporaryFolder } from "./fixtures";
import { blockingNotebook, isAlive, until } from "./processes";

interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

const started: ChildProcess[] = [];
afterAll(() => {
  for (const child of started) child.kill("SIGKILL");
});

/** Each call has a folder for temporary files of its own. */
function start(...args: string[]): { child: ChildProcess; temporary: string; finished: Promise<Finished> } {
  const temporary = temporaryFolder();
  const env = { ...process.env, TMPDIR: temporary };
  const child = spawn(process.execPath, [path.join(root, "kernel-utils", "bin", "align.js"), ...args], {
    cwd: root,
    env,
  });
  started.push(child);
  const text = { stdout: "", stderr: "" };
  child.stdout.on("data", (data) => (text.stdout += data));
  child.stderr.on("data", (data) => (text.stderr += data));
  const finished = new Promise<Finished>((resolve) => child.once("close", (code) => resolve({ code, ...text })));
  return { child, temporary, finished };
}

const run = (...args: string[]): Promise<Finished> => start("run", ...args).finished;

it("exits with 1, one line a notebook, and writes both reports, when a cell failed", async () => {
  const out = temporaryFolder();
  const reports = ["--junit", path.join(out, "junit.xml"), "--json", path.join(out, "run.json")];
  const notebooks = ["expectation-not-met", "passing"].map(fixture);
  const { code, stdout, stderr } = await run(...notebooks, "--out", out, ...reports, "--jobs", "2");
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  expect(stdout).toMatch(/^tests\/fixtures\/notebooks\/passing\.ipynb {2}passed {2}6 of 6 cells {2}\d+\.\d s$/m);
  expect(stdout).toMatch(/^tests\/fixtures\/notebooks\/expectation-not-met\.ipynb {2}FAILED {2}0 of 1 cells/m);
  expect(stdout).toMatch(/\n2 notebooks: 1 passed, 1 failed \(\d+\.\d s\)\n$/);
  expect(JSON.parse(readFileSync(path.join(out, "run.json"), "utf8"))).toMatchObject({ exitCode: 1, passed: 1 });
  expect(readFileSync(path.join(out, "junit.xml"), "utf8")).toContain('name="late-output"');
}, 120_000);

it("exits with 2 for an unreadable notebook", async () => {
  const { code, stdout } = await run(fixture("invalid-json"), "--out", temporaryFolder());
  expect(code).toBe(2);
  expect(stdout).toMatch(/invalid-json\.ipynb:8:3: malformed JSON/);
});

it.each([
  [
    ["--atempts", "dir"],
    /Unknown option '--atempts'; options are --jobs, --cell-timeout, --out, --junit, --json, --kernel/,
  ],
  [["--jobs", "0"], /--jobs is "0"; give a whole number, 1 or more/],
  [["--cell-timeout", "soon"], /--cell-timeout is "soon"; give a number of seconds above 0/],
  [
    ["--kernel", "cobol", "x.ipynb"],
    /no kernel "cobol" is registered with Jupyter; found: alignment \(our own\), tslab/,
  ],
  [[fixture("passing"), "--out", path.dirname(fixture("passing"))], /would overwrite it; give --out another folder/],
  [["tests"], /tests is a folder; name notebooks, for example tests\/\*\.ipynb/],
])("exits with 2 and one line for %j", async (args, message) => {
  const { code, stdout, stderr } = await run(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^align run: [^\n]+\n$/);
  expect(stderr).toMatch(message);
});

it.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)(
  "on %s ends the kernel, keeps what has run and exits with %d",
  async (signal, exitCode) => {
    const { notebook, folder, kernelPid } = blockingNotebook();
    const out = path.join(folder, "out");
    const { child, temporary, finished } = start("run", notebook, "--out", out);
    const pid = await kernelPid();
    child.kill(signal);
    const { code, stdout } = await finished;
    expect(code).toBe(exitCode);
    expect(stdout).toMatch(/1 notebook: 0 passed, 0 failed, 1 interrupted/);
    expect(isAlive(pid)).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);
    expect(printed(executedCells(out, "blocks").before)).toBe("ran\n");
  },
  120_000,
);

it("leaves no kernel behind even when it is killed and the kernel is in an endless loop", async () => {
  const { notebook, folder, kernelPid } = blockingNotebook();
  const { child, temporary, finished } = start("run", notebook, "--out", path.join(folder, "out"));
  const pid = await kernelPid();
  child.kill("SIGKILL");
  await finished;
  await until(() => !isAlive(pid), 5);
  expect(readdirSync(temporary)).toEqual([]); // the connection file, which holds the key, above all
  expect(existsSync(path.join(folder, "out"))).toBe(false);
}, 120_000);

it("align doctor finds what is installed and exits with 0", async () => {
  const { code, stdout } = await start("doctor", "--json").finished;
  const { machine, backends } = JSON.parse(stdout);
  expect(code).toBe(0);
  const found = machine.filter((finding: { isFound: boolean }) => finding.isFound);
  const names = found.map(({ name }: { name: string }) => name);
  expect(names).toEqual(
    expect.arrayContaining(["Node", "tslab", "zeromq", "tensor kernels", "kernel", "kernel probe"]),
  );
  expect(backends.filter(({ chosen }: { chosen: boolean }) => chosen)).toHaveLength(1);
}, 120_000);
