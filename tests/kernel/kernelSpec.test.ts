import { mkdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createConnectionFile, findKernel, registeredKernels } from "../../kernel-utils/src/kernel";
import { jupyterDataFolders } from "../../kernel-utils/src/kernel/launch/kernelSpec";
import { temporaryFolder } from "../runner/fixtures";

function dataFolder(kernels: Record<string, string>): string {
  const data = temporaryFolder();
  for (const [name, json] of Object.entries(kernels)) {
    mkdirSync(path.join(data, "kernels", name), { recursive: true });
    writeFileSync(path.join(data, "kernels", name, "kernel.json"), json);
  }
  return data;
}

const first = dataFolder({
  Deno: '{"argv": ["deno", "jupyter", "--conn", "{connection_file}"], "interrupt_mode": "message"}',
  damaged: '{"argv": [',
  empty: '{"argv": []}',
});
const second = dataFolder({
  deno: '{"argv": ["other"]}',
  python3: '{"argv": ["python3"], "display_name": "Python 3"}',
});
const env = { JUPYTER_PATH: [first, second].join(path.delimiter), JUPYTER_DATA_DIR: "/nowhere" };

it("looks in JUPYTER_PATH first, then the user's folder, the environment's, the system's", () => {
  const folders = jupyterDataFolders({ ...env, VIRTUAL_ENV: "/env", CONDA_PREFIX: "" });
  expect(folders).toEqual([
    first,
    second,
    "/nowhere",
    path.join("/env", "share", "jupyter"),
    "/usr/local/share/jupyter",
    "/usr/share/jupyter",
  ]);
});

it("takes the first of two kernels with one name, and skips what is no kernel", () => {
  const found = registeredKernels(env).filter(({ folder }) => folder.startsWith(first) || folder.startsWith(second));
  expect(found.map(({ name, argv, interruptMode }) => [name, argv[0], interruptMode])).toEqual([
    ["deno", "deno", "message"],
    ["python3", "python3", "signal"],
  ]);
});

it("names the kernels there are when one is not there", () => {
  expect(() => findKernel("cobol", env)).toThrow(
    /no kernel "cobol" .*; found: alignment \(our own\), tslab, deno, python3/,
  );
});

it("finds our kernel, and tslab as it comes, without any registration", () => {
  expect(findKernel(undefined, {}).argv.slice(2)).toEqual(["kernel", "start", "{connection_file}"]);
  expect(findKernel("tslab", {}).argv.slice(2)).toEqual(["kernel", "--config-path", "{connection_file}"]);
});

it("writes a connection file that nobody else can read, with five different ports, and removes it", async () => {
  const { file, info, remove } = await createConnectionFile();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
  const ports = [info.shell_port, info.iopub_port, info.stdin_port, info.control_port, info.hb_port];
  expect(new Set(ports).size).toBe(5);
  await remove();
  expect(() => statSync(path.dirname(file))).toThrow(/ENOENT/);
});
