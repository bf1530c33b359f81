/** The notebooks lane on notebooks made to fail: each is red with its own message, and none "failed to run". */
import { spawnSync } from "node:child_process";
import path from "node:path";

interface Assertion {
  title: string;
  status: "passed" | "failed";
  failureMessages: string[];
}

const root = path.join(__dirname, "../..");
const runner = path.join(root, "node_modules/jest/bin/jest.js");
const config = path.join(root, "tests/fixtures/jest-notebooks/jest.config.cjs");

const run = spawnSync(process.execPath, [runner, "--config", config, "--json", "--runInBand"], {
  cwd: root,
  encoding: "utf8",
  maxBuffer: 1 << 26,
  env: { ...process.env, FORCE_COLOR: "0" },
});
const report = JSON.parse(run.stdout) as {
  success: boolean;
  numRuntimeErrorTestSuites: number;
  testResults: { name: string; message: string; assertionResults: Assertion[] }[];
};
/** One cell picked by name: those above it run unseen. */
const picked = spawnSync(
  process.execPath,
  [runner, "--config", config, "--runInBand", "exercise", "-t", "\\[goes-on"],
  {
    cwd: root,
    encoding: "utf8",
  },
);
const suite = (name: string) => {
  const found = report.testResults.find((result) => result.name.endsWith(`fixtures/${name}.ipynb`));
  if (!found) throw new Error(`${name} was not run:\n${run.stderr}`);
  return found;
};
const passedIn = (name: string): string[] =>
  suite(name).assertionResults.flatMap(({ title, status }) => (status === "passed" ? [title] : []));
/** Title of every failed test, with its message without the stack. */
const failuresIn = (name: string): [string, string][] =>
  suite(name).assertionResults.flatMap(({ title, status, failureMessages }): [string, string][] =>
    status === "failed" ? [[title, failureMessages.join("\n").split(/\n\s+at /)[0]]] : [],
  );

const jestNotebooks = "tests/fixtures/jest-notebooks";
const notebooks = "tests/fixtures/notebooks";
const notRun = (id: string) => `Error: not run: [${id}] failed before it`;

it("never fails to run a suite", () => {
  expect({ crashed: report.numRuntimeErrorTestSuites, success: report.success }).toEqual({
    crashed: 0,
    success: false,
  });
});

describe("a notebook in order", () => {
  it("is one test a cell, in order, named by id and directive or first comment", () => {
    expect(failuresIn("jest-notebooks/passes")).toEqual([]);
    expect(passedIn("jest-notebooks/passes")).toEqual([
      "types",
      "[imports] slow, at most 60 s",
      "[names] Names shared by the cells below",
      "[await-here] Top-level await",
      "[demo-2] derive demo.2 from demo.1",
      '[quotes] Escapes in JSON: "quotes", back\\\\slash and é',
      "[teaching-failure] fails with RangeError",
      "[teaching-type-error] fails with TS2322",
      "nothing fails after its cell has ended",
    ]);
  });

  it("goes on with the solution, and its stub says it is not attempted yet", () => {
    expect(failuresIn("jest-notebooks/exercise")).toEqual([]);
    expect(passedIn("jest-notebooks/exercise")).toEqual([
      "types",
      "[course] The library as these notebooks see it",
      "[half-solution] solution half",
      "[half-check] check half",
      "[half-stub] stub half: says not attempted yet",
      "[goes-on] Goes on with the reference",
      "nothing fails after its cell has ended",
    ]);
  });

  it("runs the cells above one that is picked by name", () =>
    expect(picked.stderr).toMatch(/6 skipped, 1 passed, 7 total/));

  it("may fail where it announces it, by name, code, compiler or rejection", () =>
    expect(failuresIn("notebooks/expected-errors")).toEqual([]));
});

const red: Record<string, [title: string, message: string | RegExp][]> = {
  "notebooks/throwing-cell": [
    ["[throws]", `RangeError: ${notebooks}/throwing-cell.ipynb [throws, line 5]: no beta 7`],
    ["[after]", notRun("throws")],
  ],
  "jest-notebooks/throws": [
    ["[breaks] Throws on its fourth line", `RangeError: ${jestNotebooks}/throws.ipynb [breaks, line 4]: 1 is odd`],
    ["[after] Never reached", notRun("breaks")],
    ["[last] derive demo.2 from demo.1", notRun("breaks")],
  ],
  "notebooks/type-error": [
    ["types", /type-error\.ipynb \[mistyped, line 2:19\]: Argument of type 'string' is not assignable.*\(TS2345\)$/],
    ["[mistyped] a string where a list is due", /\[declares, line 2\]: values\.reduce is not a function$/],
    ["[after]", notRun("mistyped")],
  ],
  "jest-notebooks/used-early": [
    [
      "types",
      `Error: ${jestNotebooks}/used-early.ipynb [text, line 2:31]: later is used before its cell; move it below [later]\n` +
        `${jestNotebooks}/used-early.ipynb [text, line 3:7]: Type 'number' is not assignable to type 'string'. (TS2322)`,
    ],
  ],
  "jest-notebooks/redeclared": [
    ["types", /\[two, line 2:7\]: n is already declared in \[one\]/],
    ["[two] Takes the name again", /\[two, line 2:7\]: n is already declared in \[one\]/],
    ["[three]", notRun("two")],
  ],
  "jest-notebooks/does-not-parse": [
    ["types", /\[two, line 2:28\]: ',' expected\. \(TS1005\)$/],
    ["[two] A bracket too few", /\[two, line 2:28\]: ',' expected\. \(TS1005\)$/],
    ["[three]", notRun("two")],
  ],
  "jest-notebooks/twice-in-one-cell": [
    [
      "types",
      /\[one, line 2:7\]: .*\n.*\[one, line 3:10\]: Duplicate identifier 'n'\. \(TS2300\)\n.*Identifier 'n' has already/,
    ],
    [
      "[one] Names a function like a constant",
      /\[one, line 1:1\]: Identifier 'n' has already been declared; the cell cannot run$/,
    ],
    ["[two]", notRun("one")],
  ],
  "jest-notebooks/missing-module": [
    ["types", /\[imports, line 2:25\]: Cannot find module 'no-such-package'/],
    ["[imports] Not installed", /\[imports, line 2\]: Cannot find module 'no-such-package'/],
    ["[after]", notRun("imports")],
  ],
  "notebooks/unhandled-rejection": [
    ["[floating]", /\[floating, line 3\]: a promise was rejected and nobody awaits it: cannot load prefs\.jsonl$/],
    ["[after]", notRun("floating")],
  ],
  "notebooks/late-rejection": [
    [
      "nothing fails after its cell has ended",
      /^TypeError: .*\[starts, line 3\]: a promise was rejected and nobody awaits it after it had ended: late/,
    ],
  ],
  "notebooks/late-timer": [
    [
      "nothing fails after its cell has ended",
      /^RangeError: .*\[starts-timer, line 2\]: a timer it started threw after it had ended: thrown 400 ms later$/,
    ],
  ],
  "notebooks/never-settling-await": [
    ["[waits]", /\[waits\]: still running after 2 s; an await that never settles\?/],
    ["[after]", notRun("waits")],
  ],
  "notebooks/invalid-json": [
    ["reads as a notebook of this course", /invalid-json\.ipynb:8:3: malformed JSON: expected "," or "\]".*found }/],
  ],
  "notebooks/unknown-directive": [
    [
      "reads as a notebook of this course",
      /\[misspelt, line 1\]: unknown directive "expect-eror"; did you mean "expect-error"\?$/,
    ],
  ],
  "notebooks/other-kernel": [
    ["reads as a notebook of this course", /run on its TypeScript kernel; this one asks for python3/],
  ],
  "notebooks/wrong-expectation": [
    ["types", /\[expects, line 2:7\]: .*\n.*expected the type error TS2345, found another one$/],
  ],
  "notebooks/expectation-not-met": [
    ["[expects] fails with RangeError", /\[expects\]: expected RangeError, but the cell ran to its end$/],
  ],
  "jest-notebooks/failing-derivation": [
    [
      "[demo-2] derive demo.2 from demo.1",
      /\[demo-2, line 3\]: demo\.2 does not equal demo\.1: they differ by 0\.0069$/,
    ],
  ],
  "jest-notebooks/failing-check": [
    ["[half-check] check half", /failing-check\.ipynb \[half-check\]: check half is failed: half of 4 is 2, not 1\.33/],
  ],
  "jest-notebooks/silent-check": [
    [
      "[half-check] check half",
      /\[half-check\] reported no result; its check cell must call check\(…\)[\s\S]*printed on the way 2$/,
    ],
    ["[half-stub] stub half: says not attempted yet", /\[half-stub, line 2\]: what times two gives x\?$/],
  ],
  "jest-notebooks/answered-stub": [
    [
      "[half-stub] stub half: its answer passes the check",
      /\[half-stub\]: check half is failed: half of 4 is 2, not 8$/,
    ],
  ],
};

describe("a notebook made to fail", () => {
  it.each(Object.keys(red))("%s is red, with its own message", (name) => {
    const expected = red[name].map(([title, message]) => [
      title,
      message instanceof RegExp ? expect.stringMatching(message) : message,
    ]);
    expect(failuresIn(name)).toEqual(expected);
  });

  it("is shown at the line and column of the .ipynb, behind JSON's indentation and escapes", () => {
    const { message } = suite("jest-notebooks/throws");
    expect(message).toMatch(/> 24 \| {5}" {2}throw new RangeError\(`\$\{x\} is odd`\);/);
    expect(message).toContain(`at half (${jestNotebooks}/throws.ipynb:24:14)`); // "throw" begins in column 9, "new" in 15
    expect(message).toMatch(/throws\.ipynb:27:30\)?\n/); // half(good) stands behind \" in its line
    expect(message).not.toMatch(/runtime\.(ts|js)/);
  });
});
