/** `align kernel` as users call it; needs the built package. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { installKernelSpec, registeredKernels, uninstallKernelSpec } from "../../kernel-utils/src/kernel";
import { root, temporaryFolder } from "../runner/fixtures";

const align = path.join(root, "kernel-utils", "bin", "align.js");

function call(args: string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [align, "kernel", ...args], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  return { status, stdout, stderr };
}

it("registers in a prefix what Jupyter finds there: command, name, logos", () => {
  const prefix = temporaryFolder();
  const folder = path.join(prefix, "share", "jupyter", "kernels", "alignment");
  expect(call(["install", "--prefix", prefix])).toEqual({ status: 0, stdout: `registered in ${folder}\n`, stderr: "" });
  expect(readdirSync(folder).sort()).toEqual(["kernel.json", "logo-32x32.png", "logo-64x64.png", "logo-svg.svg"]);
  expect(JSON.parse(readFileSync(path.join(folder, "kernel.json"), "utf8"))).toMatchObject({
    argv: [process.execPath, align, "kernel", "start", "{connection_file}"],
    display_name: "TypeScript (alignment)",
    language: "typescript",
    interrupt_mode: "message",
  });
  const [found] = registeredKernels({
    JUPYTER_PATH: path.join(prefix, "share", "jupyter"),
    JUPYTER_DATA_DIR: "/nowhere",
  });
  expect(found).toMatchObject({ name: "alignment", interruptMode: "message" });
  expect(call(["uninstall", "--prefix", prefix]).stdout).toBe(`removed ${folder}\n`);
  expect(call(["uninstall", "--prefix", prefix]).stdout).toBe(`nothing to remove: there is no ${folder}\n`);
});

it("registers for the user where Jupyter keeps the user's data", () => {
  const data = temporaryFolder();
  expect(call(["install"], { XDG_DATA_HOME: data, HOME: data }).status).toBe(0);
  expect(
    existsSync(
      path.join(
        data,
        process.platform === "darwin" ? "Library/Jupyter" : "jupyter",
        "kernels",
        "alignment",
        "kernel.json",
      ),
    ),
  ).toBe(true);
});

it("takes the place of an older registration as a whole, and leaves nothing half-written", () => {
  const prefix = temporaryFolder();
  const { folder } = installKernelSpec({ where: { prefix } });
  writeFileSync(path.join(folder, "left-over"), "");
  expect(installKernelSpec({ where: { prefix } }).folder).toBe(folder);
  expect(existsSync(path.join(folder, "left-over"))).toBe(false);
  expect(readdirSync(path.dirname(folder))).toEqual(["alignment"]);
  expect(uninstallKernelSpec({ where: { prefix } })).toEqual({ folder, removed: true });
});

it("says in one line where it cannot write", () => {
  const file = path.join(temporaryFolder(), "file");
  writeFileSync(file, "");
  expect(() => installKernelSpec({ where: { prefix: file } })).toThrow(
    /^align kernel: .* cannot be written: .*; choose another place with --prefix$/,
  );
});

it.each([
  [["instal"], /^align kernel: "instal" is no action; use install, uninstall or start\n$/],
  [[], /^align kernel: no action given; use/],
  [["install", "--user", "--prefix", "x"], /--user and --prefix exclude each other; give one\n$/],
  [["install", "--venv", "/nowhere"], /\/nowhere is no virtual environment .*python3 -m venv \/nowhere/],
  [["install", "--prefix", ""], /--prefix is empty; name a folder\n$/],
  [["install", "extra"], /"extra" is not expected here/],
  [["install", "--usr"], /Unknown option '--usr'; options are --user, --prefix, --venv\n$/],
  [["start"], /start needs the connection file/],
  [["start", "/nowhere/connection.json"], /^align kernel: \/nowhere\/connection\.json cannot be read: ENOENT.*\n$/],
])("exits with 2 and one line for %j", (args, message) => {
  const { status, stdout, stderr } = call(args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toMatch(message);
});

it.each([
  ['{"ip": "127.0.0.1"}', /lacks shell_port, iopub_port, stdin_port, control_port, hb_port, transport/],
  [
    '{"transport": "tcp", "ip": "127.0.0.1", "shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4, "hb_port": 5, "signature_scheme": "hmac-md5"}',
    /asks for hmac-md5; known: hmac-sha256/,
  ],
  ["not json", /cannot be read: /],
])("refuses a connection file that says %s", (text, message) => {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "connection.json");
  writeFileSync(file, text);
  const { status, stderr } = call(["start", file]);
  expect(status).toBe(2);
  expect(stderr).toMatch(message);
});
