/**
 * `npm run prove:workflows`: the workflows that teachers and authors copy, docs/examples/*.yml, and our own. Each is read by
 * GitHub's parser against GitHub's schema; the examples' commands are executed in a fresh checkout as a runner would, from
 * npm ci on, for a class of three learners and for an author's notebook.
 *
 *   --report FILE   {"passed": N, "failed": N}
 *
 * Exit 0: all as it should be. 75: a download was impossible. Else: a failure.
 */
const fs = require("node:fs");
const path = require("node:path");
const { isDeepStrictEqual } = require("node:util");
const { Failure, networkError, option, prove, root } = require("./backends/steps.cjs");
const { checkOut } = require("./workflows/checkout.cjs");
const { checkNotebooks, gradeClass } = require("./workflows/scenarios.cjs");
const { executeSteps, readWorkflow } = require("./workflows/workflow.cjs");

const counts = { passed: 0, failed: 0 };

/** Counts one fact, and shows what is otherwise, with the output that led there. */
function fact(what, found, wanted, output = "") {
  const holds = isDeepStrictEqual(found, wanted);
  counts[holds ? "passed" : "failed"] += 1;
  process.stdout.write(`  ${holds ? "✓" : "✗"} ${what}\n`);
  if (holds) return;
  process.stdout.write(`    wanted ${JSON.stringify(wanted)}\n    found  ${JSON.stringify(found)}\n`);
  if (output) process.stdout.write(`${String(output).slice(-4000)}\n`);
}

/** Broken on purpose: a check that refuses nothing proves nothing. */
const broken = {
  "an event GitHub does not have": ["  push:", "  pusch:"],
  "a step that neither runs nor uses": ["- run: npm ci", "- rum: npm ci"],
  "a condition with an unknown function": ["if: always()", "if: alwys()"],
};

async function main() {
  const read = (name) => fs.readFileSync(path.join(root, name), "utf8");
  const [grade, check] = ["docs/examples/grade.yml", "docs/examples/check.yml"];
  const steps = {};
  for (const name of [grade, check, ".github/workflows/ci.yml"]) {
    const workflow = await readWorkflow(name, read(name));
    fact(`${name} is a workflow that GitHub accepts`, workflow.problems, []);
    steps[name] = workflow.steps;
  }
  for (const [what, [from, to]] of Object.entries(broken)) {
    const { problems } = await readWorkflow(grade, read(grade).replace(from, to));
    fact(`${what} is refused`, problems.length > 0, true);
  }
  const folder = checkOut(root, path.join(root, "build", "workflows", "checkout"));
  const install = executeSteps([{ run: "npm ci" }], folder);
  if (install.status !== 0 && networkError.test(install.output)) {
    throw new Failure("the download is impossible: npm ci failed", 75);
  }
  gradeClass({ steps: steps[grade], folder, fact });
  checkNotebooks({ steps: steps[check], folder, fact });
  fs.rmSync(path.join(root, "build", "workflows"), { recursive: true, force: true });
}

/** What the scenarios stumble over, a report that is not there, is one more fact that does not hold. */
async function proven() {
  try {
    await main();
  } catch (error) {
    if (error instanceof Failure) throw error;
    fact(`the proof came to its end (${error.message})`, false, true);
  }
  fs.mkdirSync(path.join(root, "build"), { recursive: true });
  fs.writeFileSync(option("report", path.join(root, "build", "prove-workflows.json")), JSON.stringify(counts));
  process.stdout.write(`workflows: ${counts.passed} facts hold, ${counts.failed} do not\n`);
  return counts.failed === 0 ? 0 : 1;
}

proven().then(
  (code) => prove("prove:workflows", () => code),
  (error) =>
    prove("prove:workflows", () => {
      throw error;
    }),
);
