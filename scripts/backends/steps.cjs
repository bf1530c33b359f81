/** What the proofs of the optional backends share: steps that say what they do, and failures in one line. */
const { spawnSync } = require("node:child_process");
const path = require("node:path");

const root = path.join(__dirname, "..", "..");

/** The exit code of a proof that could not be run because something could not be downloaded (EX_TEMPFAIL of sysexits.h). */
const unreachable = 75;

class Failure extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** What npm, pip and apt say when they cannot reach a registry, as opposed to one that lacks what was asked for. */
const networkError =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|Could not resolve|Temporary failure|NewConnectionError|ConnectTimeout|Could not connect|Connection (refused|timed out|failed)|Network is unreachable/i;

function run(command, args, { cwd = root, env = {}, download = false, quiet = true } = {}) {
  const stdio = quiet ? ["ignore", "pipe", "pipe"] : "inherit";
  const options = { cwd, env: { ...process.env, ...env }, encoding: "utf8", stdio, maxBuffer: 2 ** 28 };
  const { status, error, stdout = "", stderr = "" } = spawnSync(command, args, options);
  if (status === 0) return stdout;
  const said = error ? error.message : `${stdout}${stderr}`.trim();
  if (quiet && !error) process.stderr.write(`${said.split("\n").slice(-40).join("\n")}\n`);
  const line = `${[command, ...args].join(" ").slice(0, 200)} failed (${error?.code ?? `exit ${status}`})`;
  if (error?.code === "ENOENT") throw new Failure(`${command} is not installed`);
  if (download && networkError.test(said)) throw new Failure(`the download is impossible: ${line}`, unreachable);
  throw new Failure(line);
}

/** Says what is about to happen, and how long it took. */
function step(what, body) {
  const started = Date.now();
  process.stdout.write(`  ${what} … `);
  const result = body();
  process.stdout.write(`${((Date.now() - started) / 1000).toFixed(0)} s\n`);
  return result;
}

/** Runs a proof, which may be asynchronous; a failure is one line and an exit code. */
async function prove(name, body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    process.stdout.write("\n");
    process.stderr.write(`${name}: ${thrown.message}\n`);
    process.exitCode = thrown.exitCode;
  }
}

/** `--name value` of the command line. */
function option(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  if (at < 0) return fallback;
  if (process.argv[at + 1]) return process.argv[at + 1];
  throw new Failure(`--${name} needs a value`);
}

module.exports = { Failure, networkError, option, prove, root, run, step, unreachable };
