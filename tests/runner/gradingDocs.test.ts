/** The workflow that docs/grading.md gives teachers; npm run prove:workflows executes it. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./fixtures";

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

it("is the file that teachers copy, which npm run prove:workflows executes", () => {
  expect(readFileSync(path.join(root, "docs", "examples", "grade.yml"), "utf8")).toBe(workflow);
});
