/** The command line of `npm run bench:peers`. */
const os = require("node:os");
const path = require("node:path");
const { parseArgs } = require("node:util");

const root = path.join(__dirname, "..", "..");
const help = `npm run bench:peers -- [--rounds N] [--threads N,…] [--only NAME,…] [--quick] [--json FILE] [--page FILE] [--from FILE]

  --rounds N     turns that everybody takes; by default 5
  --threads N,…  numbers of threads, the same on both sides; by default 1 and every core
  --only NAME,…  only cases whose name begins so: train, dpo-S, generate …
  --quick        2 rounds, no scaling, no profile
  --json FILE    by default build/bench/peers.json
  --page FILE    by default tests/bench/RESULTS.md; with --only or --quick by default build/bench/RESULTS.md
  --from FILE    measure nothing, write the page from that JSON
`;

function parseOptions() {
  const text = { type: "string" };
  const flag = { type: "boolean" };
  const options = {
    rounds: text,
    threads: text,
    only: text,
    json: text,
    page: text,
    from: text,
    quick: flag,
    help: flag,
  };
  const { values } = parseArgs({ options });
  const whole = (name, given) => {
    const value = Number(given);
    if (Number.isInteger(value) && value > 0) return value;
    throw new Error(`--${name} is "${given}"; give a whole number, 1 or more`);
  };
  const partial = values.quick || values.only !== undefined;
  return {
    ...values,
    rounds: values.rounds === undefined ? (values.quick ? 2 : 5) : whole("rounds", values.rounds),
    threads: (values.threads ?? [...new Set([1, os.availableParallelism()])].join(","))
      .split(",")
      .map((given) => whole("threads", given)),
    only: values.only?.split(","),
    json: values.json ?? path.join(root, "build", "bench", "peers.json"),
    page: values.page ?? path.join(root, ...(partial ? ["build", "bench"] : ["tests", "bench"]), "RESULTS.md"),
  };
}

module.exports = { help, parseOptions };
