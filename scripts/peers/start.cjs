/** Starts everybody who takes part. */
const path = require("node:path");
const bench = require("../../kernel-utils/dist/bench");
const { startOurs, startPeers } = require("./contenders.cjs");
const { peerPython, say } = require("./virtualEnvironment.cjs");

/** A backend that says the same of itself as without BLAS has none: its times would go under a false name. */
function withoutBlas({ kind, threads, backend }, ours) {
  if (kind !== "blas") return undefined;
  const same = ours.some(({ variant }) => variant.threads === threads && variant.backend === backend);
  return same ? "the backend found no BLAS library here" : undefined;
}

/**
 * A variant that does not start takes no part, and the page says so.
 *
 * @param workers every process is added here as soon as it exists, so that it can be ended
 */
async function startAll(variants, threads, folder, workers) {
  const ours = [];
  for (const variant of variants) {
    const worker = startOurs(variant);
    workers.push(worker);
    try {
      variant.backend = (await worker.ask({ ask: "describe" })).backend.split("\n")[0];
      variant.problem = withoutBlas(variant, ours);
    } catch (error) {
      variant.problem = error.message;
    }
    if (variant.problem === undefined) ours.push({ variant, worker });
    else {
      worker.end();
      say(`${variant.label} takes no part: ${variant.problem}`);
    }
  }
  if (ours.length === 0) throw new Error("no variant of ours started; run npm run build, then npx align doctor");
  for (const shape of bench.shapeNames) {
    await ours[0].worker.ask({ ask: "export", shape, folder: path.join(folder, shape) });
  }
  const python = peerPython();
  const peers = threads.map((count) => ({ threads: count, worker: startPeers(python, count, folder) }));
  workers.push(...peers.map(({ worker }) => worker));
  return { ours, peers };
}

module.exports = { startAll };
