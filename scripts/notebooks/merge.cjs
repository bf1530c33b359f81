/**
 * `node scripts/notebooks/merge.cjs BASE OURS THEIRS`, called by git: merges two versions of a notebook by their sources, line
 * by line of the normal form, into OURS. Outputs belong to neither side any more; `npm run notebooks:refresh` makes new ones.
 *
 * Exit 0: merged. 1: conflicts, marked in OURS as git does.
 */
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const [base, ours, theirs] = process.argv.slice(2);
const built = path.join(__dirname, "..", "..", "kernel-utils", "dist", "notebook", "committed");

try {
  const { readNotebookJson, withoutOutputs } = require(built);
  for (const file of [base, ours, theirs]) {
    fs.writeFileSync(file, withoutOutputs(readNotebookJson(fs.readFileSync(file, "utf8"))));
  }
} catch (error) {
  // Not built, or a side that is no notebook: merged as the text that it is.
  process.stderr.write(`notebooks:merge: merged as text: ${error.message.split("\n")[0]}\n`);
}
const { status } = spawnSync("git", ["merge-file", "-L", "ours", "-L", "base", "-L", "theirs", ours, base, theirs], {
  stdio: "inherit",
});
process.exitCode = status === 0 ? 0 : 1;
