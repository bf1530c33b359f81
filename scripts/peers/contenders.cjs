/** Who takes part: the variants of ours, the libraries on the other side, and the settings that make them comparable. */
const path = require("node:path");
const { Worker } = require("./worker.cjs");

/** With npm alone and with a BLAS library, at each number of threads. */
function variantsOf(threadCounts) {
  const variant = (kind, threads) => ({
    label: `${kind === "blas" ? "wasm + BLAS" : "wasm"}, ${threads} thread${threads === 1 ? "" : "s"}`,
    kind,
    threads,
    environment: { ALIGN_THREADS: `${threads}`, ALIGN_BLAS: kind === "blas" ? "auto" : "off" },
  });
  return threadCounts.flatMap((threads) => [variant("npm", threads), variant("blas", threads)]);
}

/** The same number of threads for whichever BLAS or OpenMP a side loads. */
function threadSettings(threads) {
  const names = ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"];
  return Object.fromEntries(names.map((name) => [name, `${threads}`]));
}

function startOurs(variant) {
  const environment = { ...process.env, ...threadSettings(variant.threads), ...variant.environment };
  return new Worker(variant.label, process.execPath, [path.join(__dirname, "ours.cjs")], environment);
}

function startPeers(python, threads, folder) {
  const environment = {
    ...process.env,
    ...threadSettings(threads),
    BENCH_THREADS: `${threads}`,
    BENCH_FOLDER: folder,
    HF_HUB_OFFLINE: "1",
    HF_HOME: path.join(folder, "hugging-face"), // nothing is left in the user's home
    TOKENIZERS_PARALLELISM: "false",
    PYTHONDONTWRITEBYTECODE: "1",
  };
  // PyTorch brings MKL, and NumPy an OpenBLAS that knows this processor: neither should be told an older one.
  delete environment.OPENBLAS_CORETYPE;
  const label = `PyTorch, ${threads} thread${threads === 1 ? "" : "s"}`;
  return new Worker(label, python, [path.join(__dirname, "worker.py")], environment);
}

/** Which libraries run a case. */
function peersOf(name) {
  if (name.startsWith("gemm")) return ["torch"];
  if (name.startsWith("train")) return ["torch", "transformers"];
  return name.startsWith("dpo") ? ["trl"] : ["transformers"];
}

module.exports = { threadSettings, variantsOf, startOurs, startPeers, peersOf };
