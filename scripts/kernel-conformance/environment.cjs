/** A virtual environment with Jupyter's tools and our kernel in it; made on first use, kept while the pins stay. */
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { root, run, step } = require("../backends/steps.cjs");

const folder = path.join(root, ".venv-conformance");
const requirements = path.join(__dirname, "requirements.txt");
const stamp = path.join(folder, "requirements.sha256");
const bin = (name) => path.join(folder, process.platform === "win32" ? "Scripts" : "bin", name);

/** @returns the path of a command of the environment, by its name */
function conformanceEnvironment() {
  const wanted = createHash("sha256").update(fs.readFileSync(requirements)).digest("hex");
  if (!fs.existsSync(bin("python"))) {
    step("making .venv-conformance", () =>
      run(process.platform === "win32" ? "python" : "python3", ["-m", "venv", folder]),
    );
  }
  if (!fs.existsSync(stamp) || fs.readFileSync(stamp, "utf8") !== wanted) {
    step("pip: jupyter_kernel_test, nbclient, papermill, nbmake", () =>
      run(bin("python"), ["-m", "pip", "install", "--quiet", "--requirement", requirements], { download: true }),
    );
    fs.writeFileSync(`${stamp}.partial`, wanted);
    fs.renameSync(`${stamp}.partial`, stamp);
  }
  run(process.execPath, [path.join(root, "kernel-utils", "bin", "align.js"), "kernel", "install", "--venv", folder]);
  return bin;
}

module.exports = { conformanceEnvironment };
