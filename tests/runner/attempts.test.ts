/** `align run --attempts`; needs the built package. The original has a cell that throws if it runs. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { CopyGrades } from "../../kernel-utils/src/runner";
import { annotation } from "../../kernel-utils/src/runner/annotations";
import { copyOf, course, right, writeClass } from "./classroom";
import { root, temporaryFolder } from "./fixtures";
import { until } from "./processes";

const align = path.join(root, "kernel-utils", "bin", "align.js");

/** Grades a folder; CI's variables are set by the tests that are about them. */
function grade(folder: string, given: string[] = [], environment: NodeJS.ProcessEnv = {}) {
  const out = temporaryFolder();
  const [junit, json] = ["junit.xml", "grades.json"].map((name) => path.join(out, name));
  const command = [align, "run", course, "--attempts", folder, "--junit", junit, "--json", json, ...given];
  const env = { ...process.env, GITHUB_ACTIONS: "", ...environment };
  const ended = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8", env });
  const report = JSON.parse(readFileSync(json, "utf8")) as { exitCode: number; copies: CopyGrades[] };
  return { ...ended, ...report, junit: readFileSync(junit, "utf8") };
}

const lineOf = (file: string, text: string): number =>
  readFileSync(file, "utf8")
    .split("\n")
    .findIndex((line) => line.includes(text)) + 1;

it("grades right, wrong and untouched answers, each exercise on its own", () => {
  const learners = path.join(root, "tests", "fixtures", "attempts", "learners");
  const progress = path.join(temporaryFolder(), "progress.json");
  const environment = { GITHUB_ACTIONS: "true", ALIGN_PROGRESS: progress };
  const { status, stdout, stderr, copies, junit } = grade(learners, ["--jobs", "2"], environment);
  expect(status).toBe(1);
  expect(stdout).toContain("3 copies: 2 passed, 2 failed, 2 not attempted\n");
  expect(stdout).toMatch(/^learner +passed\/attempted\/all\nada +2\/2\/2\nben +0\/2\/2\ncleo +0\/0\/2\n/m);
  expect(stderr.split("\n").sort()).toEqual([
    "",
    expect.stringMatching(/^ada \([123] of 3\) {2}2 of 2 passed {2}\d+\.\d s$/),
    expect.stringMatching(/^ben \([123] of 3\) {2}0 of 2 passed/),
    expect.stringMatching(/^cleo \([123] of 3\) {2}0 of 2 passed/),
  ]);
  expect(copies).toMatchObject([
    { learner: "ada", grades: [{ status: "passed" }, { status: "passed" }] },
    { learner: "ben", grades: [{ status: "failed", mistake: "beta-missing" }, { status: "failed" }] },
    { learner: "cleo", grades: [{ status: "not-attempted" }, { status: "not-attempted" }] },
  ]);
  expect(junit.match(/<skipped message="not attempted: the stub is untouched"/g)).toHaveLength(2);
  const file = path.join(learners, "ben", "course.ipynb");
  const errors = stdout.split("\n").filter((line) => line.startsWith("::"));
  expect(errors).toEqual([
    expect.stringMatching(
      `^::error file=${file},line=${lineOf(file, "exercise: implicit-reward")}::ben, implicit-reward: β is`,
    ),
    expect.stringMatching(
      `^::error file=${file},line=${lineOf(file, 'gradientWeight = ("')}::ben, dpo-gradient: line 2: TS1`,
    ),
  ]);
  expect(existsSync(progress)).toBe(false); // what is graded is nobody's progress
}, 300_000);

it("grades every answer that does harm as failed, and the answers after it as they are", () => {
  const reward = right["implicit-reward"];
  const answer = (text: string) => copyOf({ ...right, "implicit-reward": text });
  const body = (code: string) => answer(reward.replace("policyLogps.sub(referenceLogps).mul(beta)", code));
  const folder = writeClass(temporaryFolder(), {
    "loop/course.ipynb": body("{ for (;;); }"),
    "exit/course.ipynb": body("process.exit()"),
    "kill/course.ipynb": answer(`${reward}\nprocess.kill(process.pid, "SIGKILL");`),
    "twice/course.ipynb": answer(`${reward}\nconst implicitReward = 1;`),
    "types/course.ipynb": body("policyLogps.sub(referenceLogps).times(beta)"),
    "broken/course.ipynb": '{ "cells": [',
  });
  const { status, stdout, exitCode, copies, junit } = grade(folder, ["--cell-timeout", "20", "--jobs", "2"]);
  expect([status, exitCode]).toEqual([2, 2]);
  const found = Object.fromEntries(copies.map((copy) => [copy.learner, copy]));
  const messages = Object.entries(found).map(([learner, { grades }]) => [learner, grades[0]?.message]);
  expect(Object.fromEntries(messages)).toEqual({
    broken: undefined,
    exit: expect.stringMatching(/^its check: .*the kernel died.*by a call of process\.exit/),
    kill: expect.stringMatching(/the kernel died while this cell ran: it was ended by SIGKILL/),
    loop: expect.stringMatching(/^its check: .*still running after 20 s/),
    twice: expect.stringMatching(/^line 2: TS2451: Cannot redeclare/),
    types: expect.stringMatching(/^line 3: TS2339: Property 'times' does not exist/),
  });
  const { broken, ...graded } = found;
  for (const { grades } of Object.values(graded)) {
    expect(grades.map(({ exercise, status }) => `${exercise} ${status}`)).toEqual([
      "implicit-reward failed",
      "dpo-gradient passed",
    ]);
  }
  expect(found.types.grades[0].line).toBe(lineOf(found.types.file, "times(beta)"));
  expect(broken.problem).toMatch(/broken.course\.ipynb: cannot be read as a notebook: /);
  expect(stdout).toMatch(/^broken +0\/0\/0 +a copy could not be graded$/m);
  expect(junit.match(/<error /g)).toHaveLength(1);
}, 400_000);

it("finds the answers whatever else a learner has done to the copy", () => {
  const wrong = right["dpo-gradient"].replace("-beta", "beta");
  const own = `${right["implicit-reward"]}\nconst check = (id: string, fn: unknown) => ({ id, status: "passed" });`;
  const bare = right["implicit-reward"].replace(/^.*\n/, "");
  const folder = writeClass(temporaryFolder(), {
    "dora.ipynb": copyOf(right), // a file in the folder itself
    "eve/week 3/my answers.ipynb": copyOf(right, (cells) => cells.filter(({ id }) => !id.endsWith("-check"))),
    "fay/course.ipynb": copyOf({ "implicit-reward": own, "dpo-gradient": wrong }), // a check of one's own
    "gus/course.ipynb": copyOf({ ...right, "implicit-reward": bare }), // without the marker: known by its id
    "hal/course.ipynb": copyOf(right, (cells) => cells.filter(({ id }) => id !== "dpo-gradient")),
    ".ipynb_checkpoints/dora.ipynb": "no copy",
  });
  const { status, copies } = grade(folder, ["--jobs", "2"]);
  expect(status).toBe(1);
  expect(copies.map(({ learner, grades }) => [learner, ...grades.map((one) => one.status)])).toEqual([
    ["dora", "passed", "passed"],
    [path.join("eve", "week 3"), "passed", "passed"],
    ["fay", "passed", "failed"],
    ["gus", "passed", "passed"],
    ["hal", "passed", "not-attempted"],
  ]);
  expect(copies[4].grades[1].message).toBe("its cell is missing");
}, 400_000);

it("on Ctrl-C says of the rest that it is not graded, and exits with 130", async () => {
  const folder = temporaryFolder();
  const begun = path.join(folder, "begun");
  const waits = `${right["implicit-reward"]}\nimport { writeFileSync } from "node:fs";
writeFileSync(${JSON.stringify(begun)}, "");\nawait new Promise(() => setInterval(() => {}, 1000));`;
  const copies = { "a/course.ipynb": copyOf({ ...right, "implicit-reward": waits }), "b/course.ipynb": copyOf(right) };
  const learners = writeClass(path.join(folder, "learners"), copies);
  const json = path.join(folder, "grades.json");
  const child = spawn(process.execPath, [align, "run", course, "--attempts", learners, "--jobs", "1", "--json", json], {
    cwd: root,
  });
  let stdout = "";
  child.stdout.on("data", (data) => (stdout += data));
  const ended = new Promise((resolve) => child.once("close", resolve));
  await until(() => existsSync(begun));
  child.kill("SIGINT");
  expect(await ended).toBe(130);
  expect(stdout).toContain("2 copies: 0 passed, 0 failed, 0 not attempted, 4 not graded\n");
  expect(stdout).toMatch(/^a +0\/0\/2 +2 not graded\nb +0\/0\/2 +2 not graded$/m);
  const { copies: graded } = JSON.parse(readFileSync(json, "utf8")) as { copies: CopyGrades[] };
  expect(graded.flatMap(({ grades }) => grades.map(({ status }) => status))).toEqual(Array(4).fill("not-graded"));
}, 120_000);

it("refuses --out, which would have no effect", () => {
  const command = [align, "run", course, "--attempts", path.dirname(course), "--out", "x"];
  const { status, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: "align run: --out has no use with --attempts: no copies are executed; drop it\n",
  });
});

it("escapes what a workflow command would read as its own", () => {
  expect(annotation("a,b:c.ipynb", 3, "50 %\nof: it")).toBe("::error file=a%2Cb%3Ac.ipynb,line=3::50 %25%0Aof: it");
});
