/**
 * Builds tfjs-node's binding from the sources in its npm package against the C library inside a TensorFlow wheel, since
 * libtensorflow itself is on no package registry. Nothing is patched: binding.gyp asks for `-ltensorflow`, and a link of
 * that name points at the wheel's libtensorflow_cc.so.2, which exports the same C API (all 55 functions that are used).
 */
const fs = require("node:fs");
const path = require("node:path");
const { Failure, root, run, step } = require("../backends/steps.cjs");

const folder = path.join(root, ".cache", "tensorflow");
const versions = { tfjsNode: "4.22.0", nodeGyp: "12.1.0" };
/** What tfjs-node's code requires when it loads; the rest of its dependencies serve its installer. */
const runtime = ["@mapbox/node-pre-gyp@1.0.9", "google-protobuf@3.21.4", "progress@2.0.3", "rimraf@2.7.1"];
/** The newest Node-API its package.json lists; every Node since 18.12 has it. */
const nodeApi = 8;

/** The folder that holds include/node: node-gyp would download the headers otherwise. */
function nodeFolder() {
  const candidates = [path.join(path.dirname(fs.realpathSync(process.execPath)), ".."), "/usr", "/usr/local"];
  const found = candidates.find((one) => fs.existsSync(path.join(one, "include", "node", "node_api.h")));
  if (found) return path.resolve(found);
  throw new Failure(`no Node headers in ${candidates.map((one) => path.resolve(one, "include/node")).join(", ")}`);
}

/** @returns the wheel's path */
function downloadWheel(requirement, downloads) {
  const python = ["-m", "pip", "download", requirement, "--no-deps", "--only-binary=:all:", "--dest", downloads];
  // For whichever Python: only the C library is taken out of it.
  const any = ["--python-version", "3.11", "--implementation", "cp", "--abi", "cp311"];
  const platform = process.arch === "arm64" ? "manylinux_2_27_aarch64" : "manylinux_2_27_x86_64";
  run("python3", [...python, ...any, "--platform", platform], { download: true });
  const wheel = fs.readdirSync(downloads).find((name) => name.endsWith(".whl"));
  if (!wheel) throw new Failure(`pip downloaded no wheel for ${requirement}`);
  return path.join(downloads, wheel);
}

/** Everything under .cache/tensorflow, once; a second call finds it there. @returns the folder for ALIGN_BACKEND_PATH */
function buildBinding(requirement) {
  if (process.platform !== "linux")
    throw new Failure(`it runs on Linux, this is ${process.platform}; see docs/backends.md`);
  const recipe = JSON.stringify({ requirement, ...versions, runtime, nodeApi });
  const stamp = path.join(folder, "built.json");
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === recipe) return folder;
  fs.rmSync(folder, { recursive: true, force: true });
  const downloads = path.join(folder, "downloads");
  const home = path.join(folder, "node_modules", "@tensorflow", "tfjs-node");
  const library = path.join(home, "deps", "lib");
  fs.mkdirSync(downloads, { recursive: true });

  step(`npm: tfjs-node ${versions.tfjsNode}, node-gyp ${versions.nodeGyp} and what they need`, () => {
    const install = ["install", "--no-save", "--no-audit", "--no-fund", "--legacy-peer-deps", "--ignore-scripts"];
    const tools = path.join(folder, "tools");
    fs.mkdirSync(tools);
    run("npm", [...install, "--prefix", folder, ...runtime], { download: true });
    run("npm", [...install, "--prefix", tools, `node-gyp@${versions.nodeGyp}`], { download: true });
    run("npm", ["pack", `@tensorflow/tfjs-node@${versions.tfjsNode}`], { cwd: downloads, download: true });
    fs.mkdirSync(home, { recursive: true });
    const archive = fs.readdirSync(downloads).find((name) => name.endsWith(".tgz"));
    run("tar", ["xzf", path.join(downloads, archive), "-C", home, "--strip-components=1"]);
  });
  const wheel = step(`pip: ${requirement}, 270 MB`, () => downloadWheel(requirement, downloads));
  step("unpack the C library and its headers", () => {
    run("python3", [path.join(__dirname, "unpack.py"), wheel, path.join(home, "deps")]);
    fs.symlinkSync("libtensorflow_cc.so.2", path.join(library, "libtensorflow.so"));
    fs.symlinkSync("libtensorflow_framework.so.2", path.join(library, "libtensorflow_framework.so"));
  });
  step("compile and link the binding", () => {
    const gyp = path.join(folder, "tools", "node_modules", "node-gyp", "bin", "node-gyp.js");
    const target = ["--module_name=tfjs_binding", `--module_path=${path.join(home, "lib", `napi-v${nodeApi}`)}`];
    const settings = [`--nodedir=${nodeFolder()}`, ...target, `--napi_build_version=${nodeApi}`];
    run(process.execPath, [gyp, "rebuild", ...settings], { cwd: home });
  });
  fs.rmSync(downloads, { recursive: true });
  fs.writeFileSync(`${stamp}.new`, recipe);
  fs.renameSync(`${stamp}.new`, stamp);
  return folder;
}

module.exports = { buildBinding };
