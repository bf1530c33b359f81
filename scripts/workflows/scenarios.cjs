/** What the example workflows do, step by step, in a fresh checkout: for a class, and for an author's notebooks. */
const fs = require("node:fs");
const path = require("node:path");
const { changeLine, keepNotebooks, withClass } = require("./checkout.cjs");
const { executeSteps } = require("./workflow.cjs");

const installing = ["npm ci", "npm run build"];
const annotationsIn = (output) => output.split("\n").filter((line) => line.startsWith("::"));
const lineOf = (file, text) => fs.readFileSync(file, "utf8").split(text)[0].split("\n").length;
const count = (text, pattern) => (text.match(pattern) ?? []).length;

/** grade.yml for three learners: one right, one wrong, one who has not begun. */
function gradeClass({ steps, folder, fact }) {
  withClass(folder);
  const commands = steps.flatMap(({ run }) => run ?? []);
  const { status, output, summary, wanted, uploads, ran } = executeSteps(steps, folder);
  fact("every command of grade.yml runs, from npm ci on", ran, commands);
  fact("a wrong answer fails the step with 1", status, 1, output);
  const ben = path.join(folder, "submissions", "ben", "course.ipynb");
  const places = [lineOf(ben, "exercise: implicit-reward"), lineOf(ben, 'gradientWeight = ("')];
  fact(
    "each wrong answer is an error at its line of the copy, and nothing else is",
    annotationsIn(output).map((line) =>
      /^::error file=submissions\/ben\/course\.ipynb,line=(\d+)::ben, (\S+): ./.exec(line)?.slice(1),
    ),
    [
      [String(places[0]), "implicit-reward"],
      [String(places[1]), "dpo-gradient"],
    ],
  );
  fact("what is uploaded is there", uploads, wanted);
  const junit = fs.readFileSync(path.join(folder, "grades.xml"), "utf8");
  fact(
    "JUnit has a case for each learner and exercise, and says which failed and which nobody tried",
    [count(junit, /<testcase /g), count(junit, /<failure /g), count(junit, /<skipped /g), count(junit, /<error /g)],
    [6, 2, 2, 0],
  );
  const { exitCode, copies } = JSON.parse(fs.readFileSync(path.join(folder, "grades.json"), "utf8"));
  fact(
    "the JSON has the grades, and which known mistake it was",
    [
      exitCode,
      copies.map(({ learner, grades }) => [learner, ...grades.map((one) => one.status)]),
      copies[1].grades[0].mistake,
    ],
    [
      1,
      [
        ["ada", "passed", "passed"],
        ["ben", "failed", "failed"],
        ["cleo", "not-attempted", "not-attempted"],
      ],
      "beta-missing",
    ],
  );
  fact(
    "the step's page has a row a learner",
    summary.split("\n").filter((line) => /^\| (ada|ben|cleo) \| \d/.test(line)),
    ["| ada | 2 | 0 | 0 |", "| ben | 0 | 2 | 0 |", "| cleo | 0 | 0 | 2 |"],
  );
  fact("and says what ben's mistakes are", count(summary, /^\| ben \| (implicit-reward|dpo-gradient) \| \S+/gm), 2);

  fs.rmSync(path.join(folder, "submissions", "ben"), { recursive: true });
  const again = executeSteps(steps, folder, { skip: installing });
  fact(
    "where all that was attempted is right, the step passes and marks nothing",
    [again.status, annotationsIn(again.output)],
    [0, []],
  );
}

/** check.yml for an author: in order, then a type error, then a cell that throws. */
function checkNotebooks({ steps, folder, fact }) {
  const name = "00-orientation.ipynb";
  const file = path.join(folder, "notebooks", name);
  keepNotebooks(folder, [name]);
  const rest = { skip: installing }; // the same checkout as the class's, which these commands have made ready
  fact("check.yml begins as grade.yml does", steps.flatMap(({ run }) => run ?? []).slice(0, 2), installing);
  const green = executeSteps(steps, folder, rest);
  fact(
    "notebooks in order pass, and nothing is marked",
    [green.status, annotationsIn(green.output)],
    [0, []],
    green.output,
  );
  fact("what is uploaded is there", green.uploads, green.wanted);
  fact(
    "the step's page names the notebook",
    count(green.summary, /^\| notebooks\/00-orientation.ipynb \| passed \| /gm),
    1,
  );

  executeSteps([{ run: "node scripts/notebooks/refresh.cjs --clear" }], folder); // outputs are another story
  const clean = fs.readFileSync(file, "utf8");
  const line = changeLine(file, "parameters: V * d }", "parameters: String(V * d) }");
  const mistyped = executeSteps(steps, folder, rest);
  fact(
    "a type error stops at align check, before anything is executed",
    [mistyped.status, mistyped.ran],
    [1, ["npx align check"]],
  );
  const marks = annotationsIn(mistyped.output);
  const isThere = marks.some((mark) => new RegExp(`^::error file=notebooks/${name},line=\\d+::.*TS2\\d+`).test(mark));
  fact("and is an error at a line of the notebook", isThere, true, `${marks.join("\n")} near ${line}`);

  fs.writeFileSync(file, clean);
  const thrown = changeLine(
    file,
    "const byHand = [",
    'if (V > 0) throw new RangeError(\\"no vocabulary\\");\\n",\n    "const byHand = [',
  );
  const throwing = executeSteps(steps, folder, rest);
  fact("a cell that throws fails align run", [throwing.status, throwing.ran.length], [1, 2], throwing.output);
  fact(
    "at its line of the file",
    annotationsIn(throwing.output).map((mark) => mark.split("::")[1]),
    [`error file=notebooks/${name},line=${thrown}`],
    throwing.output,
  );
  const junit = fs.readFileSync(path.join(folder, "notebooks.xml"), "utf8");
  fact("and in JUnit", count(junit, /<failure [^>]*no vocabulary/g), 1, junit.slice(0, 500));
}

module.exports = { checkNotebooks, gradeClass };
