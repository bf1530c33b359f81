/** The files for VS Code, dev containers and Binder: what they name exists, and what they run is what the project has. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

const root = path.join(__dirname, "../..");
const at = (...names: string[]): string => path.join(root, ...names);
const text = (...names: string[]): string => readFileSync(at(...names), "utf8");
const json = (...names: string[]) => JSON.parse(text(...names));
const manifest = json("package.json");

const scripts = [".devcontainer/postCreate.sh", ".binder/postBuild", ".binder/start"];

describe("scripts that set a machine up", () => {
  it.each(scripts)("%s can be executed, is bash, and stops at the first failure", (name) => {
    expect(statSync(at(name)).mode & 0o111).toBe(0o111);
    expect(text(name)).toMatch(/^#!\/usr\/bin\/env bash\n/);
    expect(text(name)).toContain("\nset -euo pipefail\n");
    expect(spawnSync("bash", ["-n", at(name)], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  });

  it.each(scripts)("%s calls only scripts and commands of this project that there are", async (name) => {
    const { commandNames } = await import("../../kernel-utils/src/cli/main");
    for (const [, script] of text(name).matchAll(/^npm run (\S+)/gm)) expect(manifest.scripts).toHaveProperty([script]);
    for (const [, command] of text(name).matchAll(/^npx align (\S+)/gm)) expect(commandNames).toContain(command);
    for (const [, file] of text(name).matchAll(/\b(jupyter\/\S+\.json)/g)) expect(existsSync(at(file))).toBe(true);
  });

  it("start hands its command on, with the settings of the server in reach", () => {
    const show = 'printf %s "$JUPYTER_CONFIG_PATH"';
    const run = (env: NodeJS.ProcessEnv) =>
      spawnSync(at(".binder/start"), ["bash", "-c", show], {
        encoding: "utf8",
        cwd: root,
        env: { PATH: process.env.PATH, ...env },
      });
    expect(run({}).stdout).toBe(at("jupyter", "config"));
    expect(run({ JUPYTER_CONFIG_PATH: "/etc/x" }).stdout).toBe(`${at("jupyter", "config")}:/etc/x`);
  });
});

describe("VS Code", () => {
  const settings = json(".vscode", "settings.json");

  it("looks for Python where align lab puts it, and leaves notebooks' cells as they are", () => {
    expect(settings["python.defaultInterpreterPath"]).toBe(`\${workspaceFolder}/.venv/bin/python`);
    expect(settings["notebook.formatOnSave.enabled"]).toBe(false);
  });

  it("formats with the formatter that npm run check uses, which is recommended", () => {
    expect(manifest.scripts.check).toContain("biome");
    expect(settings["[typescript][javascript][json][jsonc]"]["editor.defaultFormatter"]).toBe("biomejs.biome");
    expect(json(".vscode", "extensions.json").recommendations).toEqual(
      expect.arrayContaining(["ms-toolsai.jupyter", "ms-python.python", "biomejs.biome"]),
    );
  });

  it("uses the TypeScript of the project", () => expect(existsSync(at(settings["typescript.tsdk"]))).toBe(true));
});

describe("dev container", () => {
  const container = json(".devcontainer", "devcontainer.json");

  it("has a Node that the project takes, and the extensions of the editor", () => {
    const [, major] = /typescript-node:(\d+)/.exec(container.image) ?? [];
    const [, least] = />=(\d+)/.exec(manifest.engines.node) ?? [];
    expect(Number(major)).toBeGreaterThanOrEqual(Number(least));
    expect(container.customizations.vscode.extensions).toEqual(json(".vscode", "extensions.json").recommendations);
  });

  it("runs its script when it has been made, forwards JupyterLab's port, and opens a file that there is", () => {
    expect(container.postCreateCommand).toBe("bash .devcontainer/postCreate.sh");
    expect(container.forwardPorts).toEqual([8888]);
    for (const file of container.customizations.codespaces.openFiles) expect(existsSync(at(file))).toBe(true);
  });

  it("uses only keys that the specification knows", () => {
    // https://containers.dev/implementors/json_reference, those of an image
    const known = [
      "name",
      "image",
      "features",
      "hostRequirements",
      "postCreateCommand",
      "forwardPorts",
      "portsAttributes",
      "customizations",
    ];
    expect(Object.keys(container).filter((key) => !known.includes(key))).toEqual([]);
    expect(
      Object.keys(container.hostRequirements).filter((key) => !["cpus", "memory", "storage", "gpu"].includes(key)),
    ).toEqual([]);
  });
});

describe("Binder", () => {
  it("has an environment with Python and a Node that the project takes", () => {
    const lines = text(".binder", "environment.yml").split("\n");
    expect(lines.filter((line) => /^\S/.test(line) && !line.startsWith("#")).map((line) => line.split(":")[0])).toEqual(
      ["name", "channels", "dependencies"],
    );
    const packages = lines.flatMap((line) => /^ {2}- (\S+?)=(\S+)$/.exec(line)?.slice(1, 3) ?? []);
    expect(packages).toEqual(["python", "3.12", "nodejs", "20.*"]);
  });
});
