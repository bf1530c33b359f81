/** What `npm run notebooks:git` tells git: notebooks are shown by their sources and merged by them. Needs the built package. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type NotebookJson, notebookText } from "../../kernel-utils/src/notebook/committed";
import { root, temporaryFolder } from "../runner/fixtures";
import { notebook, stream } from "./notebooks";

const folder = temporaryFolder();
const file = path.join(folder, "n.ipynb");

function run(command: string, ...args: string[]): { status: number | null; stdout: string } {
  const identity = {
    GIT_AUTHOR_NAME: "a",
    GIT_AUTHOR_EMAIL: "a@b",
    GIT_COMMITTER_NAME: "a",
    GIT_COMMITTER_EMAIL: "a@b",
  };
  const env = { ...process.env, ...identity, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
  const { status, stdout } = spawnSync(command, args, { cwd: folder, encoding: "utf8", env });
  return { status, stdout };
}
const git = (...args: string[]) => run("git", ...args);

const sources = { one: "1;", two: "2;", three: "3;", four: "4;", five: "5;" };
/** Every cell prints its own source, so that outputs change with it, as they do. */
const version = (changes: Record<string, string>): NotebookJson =>
  notebook(
    Object.fromEntries(
      Object.entries({ ...sources, ...changes }).map(([id, source]) => [
        id,
        { source, outputs: [stream(`${source}\n`)] },
      ]),
    ),
  );

function commit(changes: Record<string, string>): void {
  writeFileSync(file, notebookText(version(changes)));
  git("add", "-A");
  git("commit", "-qm", JSON.stringify(changes));
}

beforeAll(() => {
  mkdirSync(path.join(folder, "kernel-utils"));
  symlinkSync(path.join(root, "kernel-utils", "dist"), path.join(folder, "kernel-utils", "dist"));
  cpSync(path.join(root, "scripts", "notebooks"), path.join(folder, "scripts", "notebooks"), { recursive: true });
  cpSync(path.join(root, ".gitattributes"), path.join(folder, ".gitattributes"));
  git("init", "-qb", "main");
  commit({});
  expect(run("node", "scripts/notebooks/git.cjs").status).toBe(0);
});

it("shows what changed in a cell, not in its outputs", () => {
  writeFileSync(file, notebookText(version({ three: "33;" })));
  const { stdout } = git("diff");
  expect(stdout.split("\n").filter((line) => /^[-+][^-+]/.test(line))).toEqual(["-3;", "+33;"]);
  git("checkout", "--", file);
});

it("merges changes of two cells, and leaves the outputs to the refresh", () => {
  git("checkout", "-qb", "theirs");
  commit({ five: "55;" });
  git("checkout", "-q", "main");
  commit({ one: "11;" });
  expect(git("merge", "-q", "theirs").status).toBe(0);
  const { cells }: NotebookJson = JSON.parse(readFileSync(file, "utf8"));
  expect(cells.map(({ source }) => [source].flat().join(""))).toEqual(["11;", "2;", "3;", "4;", "55;"]);
  expect(cells.flatMap(({ outputs }) => outputs)).toEqual([]);
});

it("marks a conflict inside the cell, and stops", () => {
  git("checkout", "-qb", "other", "theirs");
  commit({ two: "22;", five: "55;" });
  git("checkout", "-q", "main");
  commit({ one: "11;", two: "222;", five: "55;" });
  expect(git("merge", "-q", "other").status).not.toBe(0);
  expect(readFileSync(file, "utf8")).toMatch(/<<<<<<< ours\n +"222;"\n=======\n +"22;"\n>>>>>>> theirs/);
  git("merge", "--abort");
});

it("is taken back with --undo", () => {
  expect(run("node", "scripts/notebooks/git.cjs", "--undo").status).toBe(0);
  expect(git("config", "--get-regexp", "notebook").stdout).toBe("");
});
