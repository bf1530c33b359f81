/**
 * `npm run notebooks:git`: tells this clone of git to show notebooks as their sources (`git diff`, `git log -p`), and to merge
 * two versions by their sources, without outputs. `--undo` takes it back. Nothing outside .git/config changes.
 */
const { spawnSync } = require("node:child_process");

const settings = {
  "diff.notebook.textconv": "node scripts/notebooks/sources.cjs",
  "diff.notebook.cachetextconv": "true",
  "diff.notebook.xfuncname": "^\\[.*\\]$",
  "merge.notebook.name": "notebooks by their sources",
  "merge.notebook.driver": "node scripts/notebooks/merge.cjs %O %A %B",
};

function git(...args) {
  const { status, stderr, error } = spawnSync("git", args, { encoding: "utf8" });
  if (error || (status !== 0 && status !== 5)) {
    process.stderr.write(`notebooks:git: git ${args.join(" ")} failed: ${error?.message ?? stderr.trim()}\n`);
    process.exit(1);
  }
}

const undo = process.argv.includes("--undo");
for (const [key, value] of Object.entries(settings)) {
  if (undo) git("config", "--local", "--unset-all", key);
  else git("config", "--local", key, value);
}
process.stdout.write(
  undo
    ? "git shows and merges notebooks as plain text again\n"
    : "git diff shows notebooks as their sources, git merge merges those; git diff --no-textconv shows the file\n",
);
