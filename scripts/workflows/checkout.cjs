/** What `actions/checkout` gives: the files of the project that git knows or would take in, and nothing that was built. */
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

/** @returns the new folder `to`, emptied first */
function checkOut(root, to) {
  fs.rmSync(to, { recursive: true, force: true });
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const { status, stdout, stderr } = spawnSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`git ls-files failed: ${stderr.trim()}`);
  for (const name of stdout.split("\0").filter((one) => one && fs.existsSync(path.join(root, one)))) {
    fs.mkdirSync(path.dirname(path.join(to, name)), { recursive: true });
    fs.copyFileSync(path.join(root, name), path.join(to, name));
  }
  return to;
}

/** A class in submissions/, and as its notebook the one that the class was given. */
function withClass(folder) {
  const fixtures = path.join(folder, "tests", "fixtures", "attempts");
  fs.copyFileSync(path.join(fixtures, "course.ipynb"), path.join(folder, "notebooks", "06-dpo.ipynb"));
  fs.cpSync(path.join(fixtures, "learners"), path.join(folder, "submissions"), { recursive: true });
}

/** Only these notebooks stay: executing the course twice proves nothing more about the workflow. */
function keepNotebooks(folder, names) {
  const notebooks = path.join(folder, "notebooks");
  for (const name of fs.readdirSync(notebooks)) {
    if (name.endsWith(".ipynb") && !names.includes(name)) fs.rmSync(path.join(notebooks, name));
  }
}

/** Changes one line of a cell's source in the file; throws where it is not there once. @returns its line, from 1 */
function changeLine(file, from, to) {
  const text = fs.readFileSync(file, "utf8");
  if (text.split(from).length !== 2) throw new Error(`${file} has ${text.split(from).length - 1} places "${from}"`);
  fs.writeFileSync(file, text.replace(from, to));
  return text.slice(0, text.indexOf(from)).split("\n").length;
}

module.exports = { changeLine, checkOut, keepNotebooks, withClass };
