/** `align lab` from outside, with a Python and a JupyterLab that fail as asked: every way a set-up goes wrong, in one line. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

const align = path.join(__dirname, "../../kernel-utils/bin/align.js");
const fakes = path.join(__dirname, "../fixtures/lab");
jest.setTimeout(60_000);

let project: string;
let bin: string;
let notes: string;
const running = new Set<ChildProcess>();

beforeEach(() => {
  project = realpathSync(mkdtempSync(path.join(tmpdir(), "align-lab-")));
  bin = path.join(project, "bin");
  notes = path.join(project, "notes.txt");
  for (const folder of ["bin", "notebooks", "jupyter"]) mkdirSync(path.join(project, folder));
  writeFileSync(path.join(project, "package.json"), "{}");
  for (const name of ["00-orientation", "06-dpo", "07-ipo"])
    writeFileSync(path.join(project, "notebooks", `${name}.ipynb`), "{}");
  writeFileSync(path.join(project, "notebooks", "README.md"), "# The course");
  writeFileSync(path.join(project, "jupyter", "requirements.txt"), "jupyterlab==4.5.11\n");
});
afterEach(async () => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(project, { recursive: true, force: true });
});

const put = (fake: string, as = fake): void => copyFileSync(path.join(fakes, fake), path.join(bin, as));
const script = (name: string, text: string): void => {
  writeFileSync(path.join(bin, name), `#!/bin/sh\n${text}\n`);
  chmodSync(path.join(bin, name), 0o755);
};

interface Lab {
  child: ChildProcess;
  said(): string;
  exited: Promise<{ code: number | null; said: string }>;
}

/** The command with nothing on its PATH but what the test put there. */
function start(args: string[], env: NodeJS.ProcessEnv = {}, cwd = project): Lab {
  const fake = { FAKE_NOTES: notes, FAKE_NODE: process.execPath, FAKE_LAB: path.join(fakes, "fakeLab.cjs") };
  const child = spawn(process.execPath, [align, "lab", ...args], {
    cwd,
    env: { HOME: project, PATH: bin, ...fake, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (said += text));
  const exited = new Promise<{ code: number | null; said: string }>((resolve) =>
    child.once("close", (code) => {
      running.delete(child);
      resolve({ code, said });
    }),
  );
  return { child, said: () => said, exited };
}

const run = (args: string[], env?: NodeJS.ProcessEnv, cwd?: string) => start(args, env, cwd).exited;
const installOnly = (env?: NodeJS.ProcessEnv) => run(["--install-only"], env);

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 400) throw new Error("waited 20 s in vain");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const ready = (lab: Lab) => until(() => /Ctrl-C/.test(lab.said()));
const marker = () => path.join(project, ".venv", "jupyterlab-of-the-course.json");
const installs = () =>
  existsSync(notes)
    ? readFileSync(notes, "utf8")
        .split("\n")
        .filter((line) => line === "install").length
    : 0;
/** The last note with this key. */
const noted = <T>(key: string): T =>
  readFileSync(notes, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line))
    .filter((note) => key in note)
    .at(-1);

/** Not a zombie either, which nobody has fetched the exit code of. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim() !== "" && !stdout.trim().startsWith("Z");
}

describe("align lab, where Python is not as it should be", () => {
  it.each<[string, () => void, NodeJS.ProcessEnv, RegExp]>([
    ["no Python", () => {}, {}, /no Python on the PATH, and JupyterLab needs 3\.9 or newer; .*(apt-get|brew|https)/],
    [
      "an old one",
      () => put("python3"),
      { FAKE_VERSION: "3.8.10" },
      /needs Python 3\.9 or newer, but python3 is 3\.8\.10; /,
    ],
    ["Python 2", () => script("python", 'echo "Python 2.7.18" >&2'), {}, /but python is 2\.7\.18/],
    [
      "no ensurepip",
      () => put("python3"),
      { FAKE_NO_ENSUREPIP: "1" },
      /python3 \(3\.11\.7\) cannot make virtual environments.*(python3-venv|again)/,
    ],
    [
      "a venv that fails",
      () => put("python3"),
      { FAKE_VENV: "fail" },
      /-m venv .*\.venv failed: Error: \[Errno 13\] Permission denied/,
    ],
  ])("%s: says so, names the way out, leaves nothing behind", async (_, prepare, env, message) => {
    prepare();
    const { code, said } = await installOnly(env);
    expect(said.split("\n").filter((line) => line.startsWith("align lab:"))).toEqual([expect.stringMatching(message)]);
    expect(code).toBe(2);
    expect(existsSync(path.join(project, ".venv"))).toBe(false);
  });

  it("takes a newer Python that stands beside an old one", async () => {
    script("python3", 'echo "Python 3.8.10"');
    put("python3", "python3.12");
    expect(await installOnly({ FAKE_VERSION: "3.12.1" })).toMatchObject({
      code: 0,
      said: expect.stringContaining("3.12.1"),
    });
  });
});

describe("align lab, installing", () => {
  beforeEach(() => put("python3"));

  it("installs once, registers the kernel in the environment, and again only when the pins change", async () => {
    expect((await installOnly()).code).toBe(0);
    const spec = path.join(project, ".venv", "share", "jupyter", "kernels", "alignment", "kernel.json");
    expect(JSON.parse(readFileSync(spec, "utf8"))).toMatchObject({ language: "typescript", interrupt_mode: "message" });
    expect((await installOnly()).code).toBe(0);
    expect(installs()).toBe(1);
    writeFileSync(path.join(project, "jupyter", "requirements.txt"), "jupyterlab==4.5.12\n");
    await installOnly();
    expect(installs()).toBe(2);
  });

  it.each(["offline", "no-index"])(
    "%s: says so; the next call goes on, and what else lies there stays",
    async (pip) => {
      const library = path.join(project, ".venv", "lib", "libscipy_openblas.so");
      mkdirSync(path.dirname(library), { recursive: true });
      writeFileSync(library, "of align accelerate");
      const { code, said } = await installOnly({ FAKE_PIP: pip });
      expect(said).toMatch(/align lab: pip cannot reach PyPI; get a network .* call it again/);
      expect(code).toBe(2);
      expect(existsSync(marker())).toBe(false);
      expect((await installOnly()).code).toBe(0);
      expect(existsSync(marker())).toBe(true);
      expect(readFileSync(library, "utf8")).toBe("of align accelerate");
    },
  );

  it("hands on pip's own reason, and keeps all of it in a file", async () => {
    const { code, said } = await installOnly({ FAKE_PIP: "refuses" });
    expect(said).toMatch(/pip could not install jupyter\/requirements\.txt: Could not build wheels for pyzmq/);
    expect(code).toBe(2);
    const [, log] = /is in (\S+)/.exec(said) ?? [];
    expect(readFileSync(log, "utf8")).toContain("Could not build wheels");
  });

  it("finishes what a killed call has left half done", async () => {
    const lab = start(["--install-only"], { FAKE_PIP: "hangs" });
    await until(() => installs() === 1);
    lab.child.kill("SIGKILL");
    await lab.exited;
    expect(existsSync(marker())).toBe(false);
    expect((await installOnly()).code).toBe(0);
    expect(installs()).toBe(2);
  });

  it("leaves no pip behind when it is stopped", async () => {
    const lab = start(["--install-only"], { FAKE_PIP: "hangs" });
    await until(() => installs() === 1);
    const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
    const pip = stdout
      .split("\n")
      .map((row) => row.trim().split(/\s+/).map(Number))
      .filter(([, parent]) => parent === lab.child.pid);
    expect(pip).toHaveLength(1);
    lab.child.kill("SIGTERM");
    expect((await lab.exited).code).toBe(130);
    await until(() => !isAlive(pip[0][0]));
    expect((await installOnly()).code).toBe(0);
  });

  it("mends an environment without pip, and one without a Python", async () => {
    await installOnly();
    rmSync(path.join(project, ".venv", "bin", "pip"));
    rmSync(marker());
    expect(await installOnly()).toMatchObject({
      code: 0,
      said: expect.stringMatching(/mending the virtual environment/),
    });
    rmSync(path.join(project, ".venv", "bin", "python"));
    expect(await installOnly()).toMatchObject({
      code: 0,
      said: expect.stringMatching(/mending the virtual environment/),
    });
  });

  it("does not touch an environment of an old Python", async () => {
    await installOnly();
    const { code, said } = await installOnly({ FAKE_VERSION: "3.8.10" });
    expect(said).toMatch(/\.venv holds Python 3\.8\.10, JupyterLab needs 3\.9; remove that folder/);
    expect(code).toBe(2);
  });

  it("waits for no other: two cannot install at once, and the lock of a dead one is no lock", async () => {
    const first = start(["--install-only"], { FAKE_PIP: "hangs" });
    await until(() => installs() === 1);
    const { code, said } = await installOnly();
    expect(said).toMatch(new RegExp(`another one \\(process ${first.child.pid}\\) is installing JupyterLab here`));
    expect(code).toBe(2);
    first.child.kill("SIGKILL");
    await first.exited;
    expect((await installOnly()).code).toBe(0);
  });
});

describe("align lab, asked for nonsense", () => {
  beforeEach(() => put("python3"));

  it.each<[string[], RegExp]>([
    [["--frob"], /Unknown option '--frob'.*see align lab --help/],
    [["06-dpo"], /Unexpected argument '06-dpo'/],
    [["--port"], /--port/],
    [["--port", "nine"], /--port "nine" is no port/],
    [["--port", "70000"], /--port "70000" is no port/],
    [["--notebook", "dop"], /no notebook "dop" in .*; did you mean "dpo"\?/],
    [["--notebook", "xyzzy"], /there are 00-orientation, 06-dpo, 07-ipo/],
  ])("%j: one line and exit code 2, before anything is installed", async (args, message) => {
    const { code, said } = await run(args);
    expect(said.trim().split("\n")).toEqual([expect.stringMatching(message)]);
    expect(code).toBe(2);
    expect(installs()).toBe(0);
  });

  it("outside of a project", async () => {
    const elsewhere = mkdtempSync(path.join(tmpdir(), "align-nowhere-"));
    const { code, said } = await run([], {}, elsewhere);
    expect(said).toMatch(/is in no project \(a folder with notebooks\/ and package\.json\)/);
    expect(code).toBe(2);
    rmSync(elsewhere, { recursive: true });
  });
});

describe("align lab, serving", () => {
  beforeEach(() => put("python3"));

  it("opens the contents, hides its token from the process list, and ends with its kernels on Ctrl-C", async () => {
    const lab = start(["--no-browser"]);
    await ready(lab);
    const { args, ...env } = noted<{ args: string[]; JUPYTER_TOKEN: string; JUPYTER_CONFIG_PATH: string }>("args");
    const [, port, token] =
      /http:\/\/127\.0\.0\.1:(\d+)\/lab\/tree\/notebooks\/README\.md\?token=(\w+)/.exec(lab.said()) ?? [];
    expect(env.JUPYTER_TOKEN).toBe(token);
    expect(env.JUPYTER_CONFIG_PATH).toBe(path.join(project, "jupyter", "config"));
    expect(args.join(" ")).not.toContain(token);
    expect(args).toEqual(
      expect.arrayContaining(["--no-browser", `--ServerApp.port=${port}`, `--ServerApp.root_dir=${project}`]),
    );
    const { kernel, lab: server } = noted<{ kernel: number; lab: number }>("kernel");
    lab.child.kill("SIGINT");
    expect((await lab.exited).code).toBe(0);
    expect([isAlive(server), isAlive(kernel)]).toEqual([false, false]);
  });

  it("beside a running one takes the next port and says so; an asked one that is in use is refused", async () => {
    const blocker = createServer();
    await new Promise<void>((listening) => blocker.listen(0, "127.0.0.1", listening));
    const { port } = blocker.address() as { port: number };
    const refused = await run(["--no-browser", "--port", String(port)]);
    expect(refused).toMatchObject({
      code: 2,
      said: expect.stringMatching(new RegExp(`port ${port} cannot be opened`)),
    });
    blocker.close();
    const first = start(["--no-browser"]);
    await ready(first);
    const beside = start(["--no-browser", "--notebook", "dpo"]);
    await ready(beside);
    expect(beside.said()).toMatch(/port 8888 is in use .*; taking 8\d+/);
    expect(beside.said()).toMatch(/\/lab\/tree\/notebooks\/06-dpo\.ipynb\?/);
    for (const lab of [first, beside]) lab.child.kill("SIGTERM");
    expect([(await first.exited).code, (await beside.exited).code]).toEqual([0, 0]);
  });

  it("tells why JupyterLab did not start", async () => {
    const { code, said } = await run(["--no-browser"], { FAKE_START: "dies" });
    expect(said).toMatch(/JupyterLab ended while starting: \[C .*Bad config encountered.*; all it said is in \S+\.log/);
    expect(code).toBe(2);
  });

  it("ends with 1 when JupyterLab ends by itself", async () => {
    expect((await run(["--no-browser"], { FAKE_START: "ends" })).code).toBe(1);
  });

  it("kills a JupyterLab that does not listen, and its kernels, on a second Ctrl-C", async () => {
    script("ps", 'exec /bin/ps "$@"'); // where there is no /proc
    const lab = start(["--no-browser"], { FAKE_START: "deaf" });
    await ready(lab);
    const { kernel, lab: server } = noted<{ kernel: number; lab: number }>("kernel");
    lab.child.kill("SIGINT");
    await until(() => /Ctrl-C again/.test(lab.said()));
    lab.child.kill("SIGINT");
    await lab.exited;
    expect([isAlive(server), isAlive(kernel)]).toEqual([false, false]);
  });
});

describe("align lab --use-existing", () => {
  it.each<[string, NodeJS.ProcessEnv, RegExp]>([
    ["none on the PATH", {}, /no JupyterLab on the PATH \(.*\); without --use-existing, align lab installs its own/],
    ["version 3", { FAKE_LAB_VERSION: "3.6.8" }, /the JupyterLab on the PATH is 3\.6\.8, the course needs 4/],
  ])("%s: is refused", async (_, env, message) => {
    if (env.FAKE_LAB_VERSION) put("jupyter");
    expect(await run(["--use-existing"], env)).toMatchObject({ code: 2, said: expect.stringMatching(message) });
  });

  it("starts it with the kernel in reach, and installs nothing", async () => {
    put("jupyter");
    const lab = start(["--use-existing", "--no-browser"]);
    await ready(lab);
    const data = noted<{ JUPYTER_PATH: string }>("args").JUPYTER_PATH;
    expect(existsSync(path.join(data, "kernels", "alignment", "kernel.json"))).toBe(true);
    expect(existsSync(path.join(project, ".venv"))).toBe(false);
    lab.child.kill("SIGINT");
    expect((await lab.exited).code).toBe(0);
  });
});
