/** The virtual environment of the other side: made on first use, kept as long as requirements.txt stays the same. */
const { createHash } = require("node:crypto");
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..", "..");
const folder = path.join(root, ".venv-peers");
const requirements = path.join(__dirname, "requirements.txt");
const stamp = path.join(folder, "requirements.sha256");
const python = path.join(folder, ...(process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]));

const say = (text) => process.stderr.write(`bench:peers: ${text}\n`);

function run(command, args, remedy) {
  const { status, error, stderr } = spawnSync(command, args, { encoding: "utf8", stdio: ["ignore", "ignore", "pipe"] });
  if (status === 0) return;
  const reason = error?.message ?? stderr.trim().split("\n").at(-1);
  throw new Error(`\`${[command, ...args].join(" ")}\` failed: ${reason}; ${remedy}`);
}

/** @returns the python to run, with everything in requirements.txt installed */
function peerPython() {
  const wanted = createHash("sha256").update(fs.readFileSync(requirements)).digest("hex");
  if (fs.existsSync(python) && fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === wanted) return python;
  if (!fs.existsSync(python)) {
    say(`making ${path.relative(root, folder)}`);
    run("python3", ["-m", "venv", folder], "install Python 3.10 or newer with its venv module");
  }
  say("installing PyTorch, transformers and TRL into it; this takes minutes the first time");
  const install = ["-m", "pip", "install", "--quiet", "--requirement", requirements];
  run(python, install, "it needs PyPI and about 2 GB of disk");
  fs.writeFileSync(`${stamp}.partial`, wanted);
  fs.renameSync(`${stamp}.partial`, stamp);
  return python;
}

module.exports = { peerPython, say };
