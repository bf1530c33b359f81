import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { tslabKernel } from "../../kernel-utils/src/kernel";
import { createConnectionFile } from "../../kernel-utils/src/kernel/launch/connection";
import { failureLines, runNotebooks } from "../../kernel-utils/src/runner";
import { fixture, temporaryFolder } from "./fixtures";

jest.mock("../../kernel-utils/src/kernel/launch/connection", () => {
  const actual = jest.requireActual("../../kernel-utils/src/kernel/launch/connection");
  return { ...actual, createConnectionFile: jest.fn(actual.createConnectionFile) };
});
const create = jest.mocked(createConnectionFile);

const jupyterPath = process.env.JUPYTER_PATH;
afterEach(() => {
  if (jupyterPath === undefined) delete process.env.JUPYTER_PATH;
  else process.env.JUPYTER_PATH = jupyterPath;
});

/** Registers a kernel with Jupyter, for this test. */
function register(name: string, argv: string[]): void {
  const data = temporaryFolder();
  mkdirSync(path.join(data, "kernels", name), { recursive: true });
  const spec = { argv, display_name: name, language: "typescript" };
  writeFileSync(path.join(data, "kernels", name, "kernel.json"), JSON.stringify(spec));
  process.env.JUPYTER_PATH = data;
}

const runWith = async (kernel: string | undefined, notebook: string, startSeconds = 60) =>
  (await runNotebooks([fixture(notebook)], { out: temporaryFolder(), kernel, startSeconds })).notebooks[0];

it("chooses other ports when one was taken before the kernel could bind it", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const actual = create.getMockImplementation()!;
  create.mockClear().mockImplementationOnce(async () => {
    const file = await actual();
    const info = { ...file.info, shell_port: port };
    writeFileSync(file.file, JSON.stringify(info));
    return { ...file, info };
  });
  try {
    expect(failureLines(await runWith(undefined, "passing"))).toEqual([]);
    expect(create).toHaveBeenCalledTimes(2);
  } finally {
    server.close();
  }
}, 120_000);

it("runs a registered kernel, and hears its errors too when that is a tslab", async () => {
  register("my-tslab", tslabKernel().argv);
  expect(failureLines(await runWith("my-tslab", "unhandled-rejection"))).toEqual([
    expect.stringMatching(/\[floating, line 3\]: unhandled rejection/),
  ]);
}, 120_000);

it("says what a kernel printed that ended while it started", async () => {
  register("broken", [process.execPath, "-e", 'console.error("libzmq.so not found"); process.exit(4)']);
  expect(failureLines(await runWith("broken", "passing"))).toEqual([
    expect.stringMatching(
      /passing\.ipynb: the kernel ended while it started: it exited with code 4.*libzmq\.so not found/,
    ),
  ]);
});

it("gives up on a kernel that never answers", async () => {
  register("mute", [process.execPath, "-e", "setInterval(() => {}, 1000)"]);
  expect(failureLines(await runWith("mute", "passing", 1))).toEqual([
    expect.stringMatching(/passing\.ipynb: the kernel did not answer within 1 s of its start/),
  ]);
});

it("says when the registered command does not exist", async () => {
  register("absent", ["/nowhere/kernel", "{connection_file}"]);
  expect(failureLines(await runWith("absent", "passing"))).toEqual([
    expect.stringMatching(/the kernel ended while it started: it could not be started: .*ENOENT/),
  ]);
});
