/**
 * `npm run prove:webgpu`: fetches Dawn, TF.js' WebGPU backend and a software adapter into .cache/webgpu, and runs the tests
 * of tensors, model and training on them.
 *
 *   --adapter NAME   lavapipe (default), swiftshader (ten times slower, so the whole-model comparison with float64 only),
 *                    or own: the machine's graphics processor
 *   --quick          without the files of hundreds of training steps and generated tokens (`longRuns` below);
 *                    float64.test.ts still takes its training steps
 *   --report FILE    where Jest's JSON report goes
 *
 * Exit 0: all passed. 75: a download was impossible. Anything else: a failure.
 */
const fs = require("node:fs");
const path = require("node:path");
const { Failure, option, prove, root, run, step } = require("./backends/steps.cjs");
const { runSuite } = require("./backends/suite.cjs");
const { adapters } = require("./prove-webgpu/adapters.cjs");

const folder = path.join(root, ".cache", "webgpu");
const packages = ["webgpu@0.6.2", "@tensorflow/tfjs-backend-webgpu@4.22.0"];

const longRuns = [
  ...[
    "tests/training/(trainers|families|resume|rewardTrainer|lora|accumulation|heldOut|masked|runLock)",
    "tests/training/rollouts/",
  ],
  ...["tests/model/(memoryPlan|decoding|lora|recompute)", "tests/model/checkpoints/", "tests/tensor/wasm/"],
  ...["tests/tensor/backend/", "tests/tensor/blas/"],
];

function installPackages() {
  const stamp = path.join(folder, "installed.json");
  const recipe = JSON.stringify(packages);
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === recipe) return;
  fs.mkdirSync(folder, { recursive: true });
  step(`npm: ${packages.join(", ")}, 160 MB unpacked`, () => {
    // Without its peers: the course's own @tensorflow/tfjs-core serves it, or tensors of two libraries would meet.
    const flags = ["--no-save", "--no-audit", "--no-fund", "--legacy-peer-deps", "--ignore-scripts"];
    run("npm", ["install", ...flags, "--prefix", folder, ...packages], { download: true });
  });
  fs.writeFileSync(stamp, recipe);
}

prove("prove:webgpu", () => {
  const name = option("adapter", "lavapipe");
  if (!(name in adapters)) throw new Failure(`"${name}" is no adapter; use ${Object.keys(adapters).join(", ")}`, 2);
  installPackages();
  const env = { ALIGN_BACKEND_PATH: folder, ...adapters[name](path.join(folder, name)) };
  const only = name === "swiftshader" ? ["--testPathPatterns", "tests/training/float64"] : [];
  const jest = process.argv.includes("--quick") ? ["--testPathIgnorePatterns", ...longRuns] : only;
  const report = path.resolve(option("report", path.join(root, "build", "backends", "webgpu.json")));
  return runSuite("webgpu", { env, jest, report });
});
