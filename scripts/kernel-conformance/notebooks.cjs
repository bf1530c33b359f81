/** Notebooks that must fail under every runner, with the words that show the right reason; and the course, which must pass. */
const fs = require("node:fs");
const path = require("node:path");
const { root } = require("../backends/steps.cjs");

/** A hang ends by the runner's own limit: there the limit is the reason. */
const hangs = { seconds: 20, says: /timed? ?out/i };

const mustFail = {
  "throwing-cell": { says: /RangeError/ },
  "type-error": { says: /TS2345/ },
  "unhandled-rejection": { says: /cannot load prefs\.jsonl/ },
  "late-rejection": { says: /late, and nobody waits/ },
  "late-timer": { says: /thrown 400 ms later/ },
  "endless-loop": hangs,
  "endless-loop-after-await": hangs,
  "never-settling-await": hangs,
  "kernel-exits": { says: /exited with code 3/ },
  "kernel-killed": { says: /SIGKILL/ },
  "wrong-expectation": { says: /TS2339/ }, // null! is of type never where types are strict
  "expectation-not-met": { says: /expected to fail with RangeError, but nothing went wrong/ },
  "invalid-json": { says: /not (appear to be )?(valid )?JSON|JSONDecodeError|NotJSONError/i },
  "unknown-directive": { says: /never runs/ }, // no runner but ours knows directives; the cell fails all the same
  "other-kernel": { says: /TS2304|Cannot find name 'print'/ }, // Python, given to this kernel
};

const fixtures = path.join(root, "tests", "fixtures", "notebooks");
const course = path.join(root, "notebooks");
const cheap = ["00-orientation", "02-bradley-terry", "04-optimal-policy"];

function failing() {
  return Object.entries(mustFail).map(([name, { seconds = 120, says }]) => {
    return { name, notebook: path.join(fixtures, `${name}.ipynb`), seconds, says };
  });
}

function passing(full) {
  const names = fs.readdirSync(course).filter((file) => /^\d\d-.*\.ipynb$/.test(file));
  const all = names.sort().map((file) => path.basename(file, ".ipynb"));
  return (full ? all : cheap).map((name) => ({ name, notebook: path.join(course, `${name}.ipynb`), seconds: 900 }));
}

module.exports = { failing, passing };
