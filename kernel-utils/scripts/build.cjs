/**
 * Builds kernel-utils into dist/: the wasm kernels from AssemblyScript, the library from TypeScript, and the plotting
 * asset from plotly.js-dist. Each part is skipped when it is newer than its sources, so a second build takes seconds.
 */
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { withBuildLock } = require("./buildLock.cjs");

const packageRoot = path.join(__dirname, "..");
const dist = path.join(packageRoot, "dist");
const resolveFile = (request) => require.resolve(request, { paths: [packageRoot] });

function newest(target) {
  const stat = fs.statSync(target);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...fs.readdirSync(target).map((name) => newest(path.join(target, name))));
}

const isFresh = (output, ...sources) =>
  fs.existsSync(output) && sources.every((source) => newest(source) < fs.statSync(output).mtimeMs);

function run(label, script, args) {
  const { status, error } = spawnSync(process.execPath, [script, ...args], { cwd: packageRoot, stdio: "inherit" });
  if (status !== 0) {
    process.stderr.write(`build: ${label} failed${error ? `: ${error.message}` : ""}\n`);
    process.exit(status ?? 1);
  }
}

function buildKernels() {
  const output = path.join(dist, "kernels.wasm");
  const sources = path.join(packageRoot, "assembly");
  if (isFresh(output, sources, __filename)) return;
  // importMemory: the kernels work on the heap of the tensor backend; the stub runtime keeps no data of its own there.
  // sharedMemory: every thread of the pool has an instance of this module on that one heap.
  run("AssemblyScript", resolveFile("assemblyscript/bin/asc.js"), [
    ...[path.join(sources, "index.ts"), "-o", output, "-O3", "--noAssert", "--converge"],
    ...["--runtime", "stub", "--importMemory", "--enable", "simd", "--enable", "bulk-memory", "--use", "abort="],
    ...["--enable", "threads", "--sharedMemory", "--maximumMemory", "65536"],
  ]);
}

const buildLibrary = () => run("TypeScript", resolveFile("typescript/bin/tsc"), ["-p", "."]);

/** Says which sources the built code stands for: trained models are kept by that. */
function recordSources() {
  const { builtFrom, codeHash } = require(path.join(dist, "course", "codeDigest.js"));
  const recorded = { built: codeHash(dist), sources: codeHash(path.join(packageRoot, "src")) };
  fs.writeFileSync(builtFrom(dist), `${JSON.stringify(recorded)}\n`);
}

function buildAssets() {
  const output = path.join(dist, "assets", "plotly.min.js");
  const source = resolveFile("plotly.js-dist/plotly.js");
  if (isFresh(output, source, __filename)) return;
  fs.mkdirSync(path.dirname(output), { recursive: true });
  require("esbuild").buildSync({ entryPoints: [source], outfile: output, minify: true, legalComments: "inline" });
}

fs.mkdirSync(dist, { recursive: true });
withBuildLock(dist, () => {
  buildKernels();
  buildLibrary();
  recordSources();
  buildAssets();
});
