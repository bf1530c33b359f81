import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import transform from "../../kernel-utils/src/notebook/source/jest/transform";
import { notebookText } from "./notebookText";

const rootDir = path.join(__dirname, "../..");
const file = path.join(rootDir, "notebooks/n.ipynb");
const options = { config: { rootDir }, configString: "{}" };
const text = notebookText([["a", "const n = 1;"]]);
const key = transform.getCacheKey(text, file, options);

describe("the cache key of a notebook", () => {
  it("is the same for the same notebook", () => expect(transform.getCacheKey(text, file, options)).toBe(key));

  it.each([
    ["its text", text.replace("1;", "2;"), file, options],
    ["its path, which its messages show", text, file.replace("n.ipynb", "m.ipynb"), options],
    ["the limit of a cell", text, file, { ...options, transformerConfig: { cellTimeoutSeconds: 3 } }],
    ["Jest's configuration", text, file, { ...options, configString: '{"a":1}' }],
  ])("changes with %s", (_, changedText, changedFile, changedOptions) =>
    expect(transform.getCacheKey(changedText, changedFile, changedOptions)).not.toBe(key),
  );
});

it("emits the module it runs, cell by cell, for reading", () => {
  const emit = path.join(rootDir, "scripts/emit.cjs");

  const fixture = "tests/fixtures/jest-notebooks/exercise.ipynb";
  const { status, stdout } = spawnSync(process.execPath, [emit, fixture], { cwd: rootDir, encoding: "utf8" });
  expect([status, stdout]).toEqual([0, ".cache/emit/exercise.test.ts\n"]);
  const emitted = readFileSync(path.join(rootDir, ".cache/emit/exercise.test.ts"), "utf8");
  const markers = [...emitted.matchAll(/^\/\/ -+ (\[.*?) -+$/gm)].map(([, marker]) => marker);
  expect(markers).toEqual(["[course]", "[half-solution]", "[half-check]", "[half-stub], the stub", "[goes-on]"]);
});
