/**
 * `npm run prove:tensorflow`: builds tfjs-node here and runs the tests of tensors, model and training on it.
 *
 *   --wheel REQUIREMENT   another library, for instance tensorflow==2.21.0, the build with CUDA (default tensorflow-cpu==2.21.0)
 *   --build-only          stop after the build; ALIGN_BACKEND_PATH=.cache/tensorflow then makes it available
 *   --report FILE         where Jest's JSON report goes
 *
 * Exit 0: all passed. 75: a download was impossible. Anything else: a failure.
 */
const path = require("node:path");
const { option, prove, root } = require("./backends/steps.cjs");
const { runSuite } = require("./backends/suite.cjs");
const { buildBinding } = require("./prove-tensorflow/build.cjs");

prove("prove:tensorflow", () => {
  const folder = buildBinding(option("wheel", "tensorflow-cpu==2.21.0"));
  process.stdout.write(`tfjs-node is ready: ALIGN_BACKEND_PATH=${path.relative(process.cwd(), folder) || "."}\n`);
  if (process.argv.includes("--build-only")) return 0;
  const report = option("report", path.join(root, "build", "backends", "tensorflow.json"));
  return runSuite("tensorflow", { env: { ALIGN_BACKEND_PATH: folder }, report: path.resolve(report) });
});
