/** Chapters that run in the page (scripts/book/liveChecks.cjs, also alone: npm run book:live); minutes, so not with --quick. */
const live = require("../book/liveChecks.cjs");

const run = (context) => (context.isQuick ? process.stdout.write("  left out (--quick)\n") : live.run(context));

module.exports = { name: "live", run };
