/** What a change must pass, as data: each lane's command, what it waits for, and how long it may take. */
const os = require("node:os");
const path = require("node:path");
const { readmeBlocks } = require("./readme.cjs");

const slots = os.availableParallelism();
/** The processors that a lane of many independent pieces takes; on two it works with one, and another lane beside it. */
const half = Math.max(1, Math.floor(slots / 2));

const installed = ["clean install"];
const built = ["check"];

/**
 * @param {string} root the project
 * @param {(name: string) => string} reportOf where a lane's report goes
 * @returns {object[]} lanes as schedule.cjs and lane.cjs want them; `report`: it leaves counts there, else it counts as one
 */
function lanes(root, reportOf) {
  const jest = (name, command, limitMinutes, more) => {
    const report = reportOf(name);
    const given = `--json --outputFile=${JSON.stringify(report)} --maxWorkers=${more.slots ?? 1}`;
    return { name, command: `${command} -- ${given}`, limitMinutes, report, needs: installed, after: built, ...more };
  };
  /** A proof of something optional, which it fetches; `npm run` fails where there is no such script. */
  const proof = (name, limitMinutes, more = {}) => {
    const report = reportOf(`prove-${name}`);
    const command = `npm run prove:${name} -- --report ${JSON.stringify(report)}${more.flags ? ` ${more.flags}` : ""}`;
    return {
      name: `prove ${name}`,
      command,
      limitMinutes,
      report,
      maySkip: true,
      needs: installed,
      after: built,
      ...more,
    };
  };
  const plain = (name, command, limitMinutes, more = {}) => ({
    name,
    command,
    limitMinutes,
    needs: installed,
    ...more,
  });

  const readme = readmeLanes(path.join(root, "README.md"), (command) => jest("npm test", command, 25, { slots: half }));
  const [course, ...commands] = readme;
  const accelerated = commands.find(({ command }) => command.includes("align accelerate"));
  const mustFail = reportOf("must-fail");
  const asCommitted = reportOf("outputs");
  // What the course's run left in build/executed, before another command of the README writes there.
  const outputs = {
    ...{ name: "outputs as committed", limitMinutes: 5, report: asCommitted, maySkip: true, needs: [course.name] },
    command: `node scripts/notebooks/refresh.cjs --check --executed build/executed --report ${JSON.stringify(asCommitted)}`,
  };
  commands.find(({ after }) => after.includes(course.name)).after.push(outputs.name);
  return [
    plain("clean install", "npm ci", 5, { slots, needs: [] }),
    // Beside the first command of the README, which builds: whatever needs the built package waits for the other's lock.
    course,
    plain("check", "npm run check && npm run build", 5),
    outputs,
    // The longest first, so that the short ones fill what is left.
    ...commands.filter(({ report }) => report),
    jest("slow", "npm run test:slow", 15, {}),
    proof("kernel", 14),
    ...commands.filter(({ report }) => !report),
    plain("notebooks checked", "npx align check", 3, { after: built }),
    plain("mistakes refused", "npx align check --mutate", 5, { after: built }),
    plain("figures measured again", "npm run results:check", 5, { after: built }),
    plain("must fail", `node .ci/runMustFail.cjs ${JSON.stringify(mustFail)}`, 6, { after: built, report: mustFail }),
    // After the README's `align accelerate`: tensors, model and training once more with the native library's products.
    jest("native BLAS", "npm run test:products", 10, {
      ...{ env: { ALIGN_BLAS: "auto", ALIGN_THREADS: "2" }, after: [...built, accelerated.name] },
    }),
    // A browser, a server and a kernel: they wait for one another more than they compute, and hold on a busy machine too.
    proof("book", 15),
    proof("lab", 14),
    proof("tensorflow", 8),
    proof("webgpu", 6, { flags: "--quick" }),
    proof("workflows", 8),
  ];
}

/** The README's commands, each after the one before, as a reader gives them; its `npm test` only needs the first. */
function readmeLanes(file, testLane) {
  let last;
  return readmeBlocks(file).map((block, i) => {
    const command = block.trim();
    if (command === "npm test") return testLane(command);
    const name = `README command ${i + 1}`;
    const after = last ? [last] : [];
    last = name;
    // The course on one thread beside another lane, and as its committed outputs were made; later commands as the machine can.
    const shared = i === 0 ? { env: { ALIGN_THREADS: "1", ALIGN_BLAS: "off" }, slots: half } : {};
    return { name, command, limitMinutes: i === 0 ? 20 : 6, needs: installed, after, ...shared };
  });
}

module.exports = { lanes, slots };
