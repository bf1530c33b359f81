/** A workflow of GitHub Actions: read by GitHub's own parser, against its own schema, and executed command by command. */
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

/** GitHub's parser imports its schema as JSON in a way that bundlers know and Node does not: bundled, in memory. */
function loadParser() {
  const resolveDir = path.join(__dirname, "..", "..", "node_modules", "@actions", "workflow-parser");
  const contents = 'export * from "@actions/workflow-parser"; export { parse } from "yaml";';
  const { outputFiles } = require("esbuild").buildSync({
    ...{ stdin: { contents, resolveDir }, bundle: true, write: false },
    ...{ format: "cjs", platform: "node", logLevel: "error" },
  });
  const parser = new Module(path.join(__dirname, "workflow-parser.bundle.cjs"));
  parser._compile(outputFiles[0].text, parser.id);
  return parser.exports;
}

/**
 * @param {string} name the file's, as messages name it
 * @param {string} content YAML
 * @returns {Promise<{ problems: string[], steps: { run?: string, uses?: string, with?: Record<string, unknown> }[] }>} what
 *   GitHub would refuse, and where that is nothing the steps of the first job in order
 */
async function readWorkflow(name, content) {
  const { convertWorkflowTemplate, NoOperationTraceWriter, parse, parseWorkflow } = loadParser();
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  if (value !== undefined) await convertWorkflowTemplate(context, value); // finds what the schema alone does not
  const problems = context.errors.getErrors().map(({ message }) => message);
  return { problems, steps: problems.length > 0 ? [] : Object.values(parse(content).jobs)[0].steps };
}

/**
 * Executes the `run:` steps as a runner does, with `bash -e`, up to the first that fails.
 *
 * @param {{ run?: string, uses?: string, with?: Record<string, unknown> }[]} steps
 * @param {string} folder a checkout; `skip` are commands it is known to be ready for
 * @returns {{ status: number, output: string, summary: string, wanted: string[], uploads: string[], ran: string[] }} wanted
 *   is what the upload step takes, uploads those of it that are there
 */
function executeSteps(steps, folder, { skip = [] } = {}) {
  const summaryFile = `${folder}-summary.md`;
  fs.writeFileSync(summaryFile, "");
  const github = { CI: "true", GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summaryFile, GITHUB_WORKSPACE: folder };
  const ran = [];
  let status = 0;
  let output = "";
  for (const { run } of steps.filter((step) => step.run !== undefined && !skip.includes(step.run))) {
    const options = { cwd: folder, env: { ...process.env, ...github }, maxBuffer: 2 ** 28 };
    const ended = spawnSync("bash", ["-e", "-c", run], { ...options, encoding: "utf8", timeout: 6 * 60_000 });
    ran.push(run);
    output += ended.stdout + ended.stderr;
    status = ended.status ?? 1;
    if (status !== 0) break;
  }
  const upload = steps.find(({ uses = "" }) => uses.startsWith("actions/upload-artifact@"));
  const wanted = String(upload?.with?.path ?? "")
    .split(/\s+/)
    .filter(Boolean);
  const uploads = wanted.filter((name) => fs.existsSync(path.join(folder, name)));
  return { status, output, summary: fs.readFileSync(summaryFile, "utf8"), wanted, uploads, ran };
}

module.exports = { executeSteps, readWorkflow };
