/**
 * Runs the lanes of continuous integration side by side, goes on after a failure, prints each lane whole, and counts.
 * `bash .ci/run` runs all, `bash .ci/run check "must fail"` those named, on what is installed and built.
 */
const fs = require("node:fs");
const path = require("node:path");
const { laneCounts } = require("./counts.cjs");
const { killAll, runLane } = require("./lane.cjs");
const { lanes, slots } = require("./lanes.cjs");
const { schedule } = require("./schedule.cjs");
const { laneTable } = require("./table.cjs");

const root = path.join(__dirname, "..");
const reports = path.join(root, "build", "ci");
const fileOf = (name, ending) => path.join(reports, `${name.replaceAll(/\W+/g, "-")}.${ending}`);
const say = (text) => process.stdout.write(`${text}\n`);

/** One line a minute while lanes run, so that a long silence is no sign of a hang. */
function heartbeat(running) {
  return setInterval(() => {
    const names = [...running].map(([name, since]) => `${name} (${((Date.now() - since) / 1000).toFixed(0)} s)`);
    if (names.length > 0) say(`… running: ${names.join(", ")}`);
  }, 60_000);
}

/** The lanes named, without waiting for others; all of them where none is named. */
function chosen(names) {
  const all = lanes(root, (name) => fileOf(name, "json"));
  const unknown = names.find((name) => !all.some((lane) => lane.name === name));
  if (unknown !== undefined) {
    process.stderr.write(`.ci/run: "${unknown}" is no lane; lanes are ${all.map(({ name }) => name).join(", ")}\n`);
    process.exit(2);
  }
  if (names.length === 0) return all;
  return all.filter(({ name }) => names.includes(name)).map((lane) => ({ ...lane, needs: [], after: [] }));
}

async function main() {
  const names = process.argv.slice(2);
  const wanted = chosen(names);
  fs.rmSync(names.length === 0 ? path.join(root, "build") : reports, { recursive: true, force: true });
  fs.mkdirSync(reports, { recursive: true });
  const started = Date.now();
  const running = new Map();
  const rows = [];

  const run = async (lane) => {
    running.set(lane.name, Date.now());
    const log = fileOf(lane.name, "log");
    const result = await runLane(lane, { cwd: root, log });
    running.delete(lane.name);
    const counts = laneCounts(result, lane.report);
    say(`\n=== ${lane.name}: ${lane.command.split("\n").join("; ")}`);
    say(fs.readFileSync(log, "utf8").trimEnd());
    const verdict = result.status === "ok" ? "ok" : `${result.status.toUpperCase()} (${result.why})`;
    say(`=== ${lane.name}: ${verdict} in ${result.seconds.toFixed(0)} s`);
    rows.push({ name: lane.name, ...result, ...counts });
    return result.status !== "failed";
  };

  const beat = heartbeat(running);
  const notRun = await schedule(wanted, slots, run);
  clearInterval(beat);
  for (const { name } of notRun)
    rows.push({ name, status: "failed", why: "not run", seconds: 0, passed: 0, failed: 1 });
  say(`\n${laneTable(rows, (Date.now() - started) / 1000, slots)}`);
  for (const { name, why } of rows.filter(({ failed }) => failed > 0)) say(`failed: ${name}${why ? ` (${why})` : ""}`);
  const total = (key) => rows.reduce((sum, row) => sum + row[key], 0);
  say(`${total("passed")} passed, ${total("failed")} failed`);
  process.exitCode = total("failed") === 0 ? 0 : 1;
}

for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
  process.on(signal, () => {
    killAll();
    process.exit(code);
  });
}
process.on("exit", () => killAll());
main();
