/** `align run --attempts` on a class of three; needs the built package. The original has a cell that throws if it runs. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { annotation } from "../../kernel-utils/src/runner/annotations";
import { root, temporaryFolder } from "./fixtures";

const fixtures = path.join(root, "tests", "fixtures", "attempts");

it("grades right, wrong and untouched answers, each exercise on its own", () => {
  const out = temporaryFolder();
  const [junit, json] = ["junit.xml", "grades.json"].map((name) => path.join(out, name));
  const args = ["run", path.join(fixtures, "course.ipynb"), "--attempts", path.join(fixtures, "learners")];
  const command = [path.join(root, "kernel-utils", "bin", "align.js"), ...args, "--junit", junit, "--json", json];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
  expect(stdout).toContain("3 copies: 2 passed, 2 failed, 2 not attempted");
  const { copies } = JSON.parse(readFileSync(json, "utf8"));
  expect(copies).toMatchObject([
    { learner: "ada", grades: [{ status: "passed" }, { status: "passed" }] },
    { learner: "ben", grades: [{ status: "failed", mistake: "beta-missing" }, { status: "failed" }] },
    { learner: "cleo", grades: [{ status: "not-attempted" }, { status: "not-attempted" }] },
  ]);
  expect(readFileSync(junit, "utf8").match(/<skipped /g)).toHaveLength(2);
}, 300_000);

it("escapes what a workflow command would read as its own", () => {
  expect(annotation("a,b:c.ipynb", 3, "50 %\nof: it")).toBe("::error file=a%2Cb%3Ac.ipynb,line=3::50 %25%0Aof: it");
});
