/** Two builds at a time would read each other's half-written files: the second one waits, and then finds all fresh. */
const fs = require("node:fs");
const path = require("node:path");

const longestBuildMs = 5 * 60_000;

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

const sleep = (milliseconds) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

/** @returns whether the lock is ours now; one whose owner has died is taken away, so that the next attempt gets it */
function take(file) {
  try {
    fs.writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  try {
    const owner = Number(fs.readFileSync(file, "utf8"));
    const age = Date.now() - fs.statSync(file).mtimeMs;
    // An empty file is one that is just being written, or whose writer died in between.
    if (owner === 0 ? age > 1000 : !isAlive(owner)) fs.rmSync(file, { force: true });
  } catch (error) {
    if (error.code !== "ENOENT") throw error; // given back in the meantime
  }
  return false;
}

/** Runs `build` while no other process does so in `folder`; a lock is given back even where the build ends the process. */
function withBuildLock(folder, build) {
  const file = path.join(folder, ".build.lock");
  for (const end = Date.now() + longestBuildMs; !take(file); sleep(100)) {
    if (Date.now() < end) continue;
    process.stderr.write(`build: ${file} has been held for five minutes; end that build, or delete the file\n`);
    process.exit(1);
  }
  process.once("exit", () => fs.rmSync(file, { force: true }));
  return build();
}

module.exports = { withBuildLock };
