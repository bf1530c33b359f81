/** Chapters that run in the page (scripts/book/liveChecks.cjs, also alone: npm run book:live); minutes, so not with --quick. */
const live = require("../book/liveChecks.cjs");

async function run(context) {
  if (context.isQuick) process.stdout.write("  left out (--quick)\n");
  else await live.run(context);
}

module.exports = { name: "live", run };
