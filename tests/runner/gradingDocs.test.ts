/** The workflow that docs/grading.md gives teachers: its commands are ones that exist, and the last one grades a class. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { root, temporaryFolder } from "./fixtures";

const docs = readFileSync(path.join(root, "docs", "grading.md"), "utf8");
const block = (language: string): string => {
  const found = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "ms").exec(docs);
  if (found === null) throw new Error(`docs/grading.md has no block of ${language}`);
  return found[1];
};
const workflow = block("yaml");
const values = (key: string): string[] =>
  [...workflow.matchAll(new RegExp(`^ *(?:- )?${key}: (.+)$`, "gm"))].map(([, value]) => value);
const align = values("run").find((command) => command.startsWith("npx align "));

it("installs what the lock file says, builds and grades, in this order", () => {
  expect(workflow).not.toContain("\t");
  expect(values("uses")).toEqual(["actions/checkout@v4", "actions/setup-node@v4", "actions/upload-artifact@v4"]);
  expect(values("run")).toEqual(["npm ci", "npm run build", align]);
  const { scripts, engines } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  expect(scripts).toHaveProperty("build");
  expect(existsSync(path.join(root, "package-lock.json"))).toBe(true);
  expect(Number(values("node-version")[0])).toBeGreaterThanOrEqual(
    Number.parseInt(engines.node.replace(/\D*/, ""), 10),
  );
});

it("gives the same command as the text above it and as --help", () => {
  expect(block("sh").trim()).toBe(align);
  const { stdout } = spawnSync(
    process.execPath,
    [path.join(root, "kernel-utils", "bin", "align.js"), "run", "--help"],
    {
      encoding: "utf8",
    },
  );
  expect(stdout).toContain(String(align).replace(/^npx /, ""));
});

it("uploads what the command writes, for a class in the folder the push is about", () => {
  const project = temporaryFolder();
  const fixtures = path.join(root, "tests", "fixtures", "attempts");
  mkdirSync(path.join(project, "notebooks"));
  cpSync(path.join(fixtures, "course.ipynb"), path.join(project, "notebooks", "06-dpo.ipynb"));
  cpSync(path.join(fixtures, "learners"), path.join(project, "submissions"), { recursive: true });
  cpSync(path.join(root, "package.json"), path.join(project, "package.json"));
  symlinkSync(path.join(root, "node_modules"), path.join(project, "node_modules"));
  const env = { ...process.env, GITHUB_ACTIONS: "true" };
  const { status, stdout } = spawnSync(String(align), { cwd: project, encoding: "utf8", env, shell: true });
  expect(status).toBe(1);
  expect(stdout).toContain("3 copies: 2 passed, 2 failed, 2 not attempted\n");
  expect(stdout).toMatch(/^::warning file=submissions\/ben\/course\.ipynb,line=\d+::ben, implicit-reward: /m);
  const uploaded = /path: \|\n((?: +\S+\n)+)/.exec(workflow)?.[1].trim().split(/\s+/) ?? [];
  expect(uploaded).toEqual(["grades.xml", "grades.json"]);
  for (const name of uploaded) expect(existsSync(path.join(project, name))).toBe(true);
}, 300_000);
