/** Which notebooks a script of this folder is about. */
const fs = require("node:fs");
const path = require("node:path");

const folder = path.join(__dirname, "..", "..", "notebooks");

/** One line on stderr, and exit code 2: the command was wrong. */
function fail(message) {
  process.stderr.write(`notebooks:${path.basename(process.argv[1], ".cjs")}: ${message}\n`);
  process.exit(2);
}

/** @param {string[]} names `06-dpo`, `06` or paths; none means the whole course @returns {string[]} absolute paths */
function notebookFiles(names) {
  const all = fs.readdirSync(folder).filter((name) => name.endsWith(".ipynb") && !name.startsWith("."));
  if (names.length === 0) return all.sort().map((name) => path.join(folder, name));
  return names.map((name) => {
    if (name.endsWith(".ipynb") && fs.existsSync(name)) return path.resolve(name);
    const found = all.filter((one) => one === `${name}.ipynb` || one.startsWith(`${name}-`));
    if (found.length === 1) return path.join(folder, found[0]);
    return fail(`"${name}" is no notebook; name one of ${all.map((one) => path.basename(one, ".ipynb")).join(", ")}`);
  });
}

module.exports = { fail, notebookFiles };
