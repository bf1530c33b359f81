import { writeFileSync } from "node:fs";
import path from "node:path";
import { importsOf, notebookOfSession } from "../../kernel-utils/src/kernel/server/importsOf";
import { temporaryFolder } from "../runner/fixtures";

const notebook = JSON.stringify({
  cells: [
    { cell_type: "markdown", source: 'import x from "prose";' },
    {
      cell_type: "code",
      source: ['import * as tf from "@tensorflow/tfjs";\n', "import {\n  a,\n  b,\n} from 'kernel-utils';"],
    },
    {
      cell_type: "code",
      source: 'import "@tensorflow/tfjs";\nconst word = "important"; const lazy = import("never");',
    },
  ],
});

it("names each module that a notebook's cells import, once", () => {
  expect(importsOf(notebook)).toBe(
    'import * as module0 from "@tensorflow/tfjs";\nimport * as module1 from "kernel-utils";',
  );
});

it.each(["", "{", '{"cells": 1}', "[]"])("expects nothing of a file that says %j", (text) => {
  expect(importsOf(text)).toBe("");
});

it("reads the notebook that Jupyter started the kernel for, where there is one", () => {
  const file = path.join(temporaryFolder(), "a.ipynb");
  expect(notebookOfSession({ JPY_SESSION_NAME: file })).toBe("");
  writeFileSync(file, notebook);
  expect(notebookOfSession({ JPY_SESSION_NAME: file })).toBe(notebook);
  expect(notebookOfSession({ JPY_SESSION_NAME: "console-1" })).toBe("");
  expect(notebookOfSession({})).toBe("");
});
