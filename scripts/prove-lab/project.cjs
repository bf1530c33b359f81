/** A learner's copy of the course below build/, with a home of its own: nothing of the checkout or the user is touched. */
const fs = require("node:fs");
const path = require("node:path");
const { root } = require("../backends/steps.cjs");

const copied = ["package.json", "notebooks", "jupyter"];

/**
 * The packages are found above it, in the checkout. Trained models come along where there are some: training is other
 * tests' matter.
 * @param keepsEnvironment whether the virtual environment of an earlier run stays
 */
function copyProject(folder, { keepsEnvironment }) {
  const kept = keepsEnvironment ? [".venv"] : [];
  for (const name of fs.existsSync(folder) ? fs.readdirSync(folder) : []) {
    if (!kept.includes(name)) fs.rmSync(path.join(folder, name), { recursive: true, force: true });
  }
  fs.mkdirSync(folder, { recursive: true });
  for (const name of copied) fs.cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  const models = path.join(root, ".cache", "models");
  if (fs.existsSync(models)) fs.cpSync(models, path.join(folder, ".cache", "models"), { recursive: true });
}

/** Jupyter's folders of the user, empty; and the page's own objects within reach of the test. */
function environment(folder) {
  fs.rmSync(folder, { recursive: true, force: true });
  const config = path.join(folder, "config");
  fs.mkdirSync(config, { recursive: true });
  fs.writeFileSync(
    path.join(config, "jupyter_server_config.json"),
    JSON.stringify({ LabApp: { expose_app_in_browser: true } }),
  );
  return {
    JUPYTER_CONFIG_DIR: config,
    JUPYTER_DATA_DIR: path.join(folder, "data"),
    JUPYTER_RUNTIME_DIR: path.join(folder, "runtime"),
    JUPYTERLAB_WORKSPACES_DIR: path.join(folder, "workspaces"),
    JUPYTERLAB_SETTINGS_DIR: path.join(folder, "settings"),
    PIP_NO_CACHE_DIR: "1", // a fresh machine has no cache
  };
}

module.exports = { copyProject, environment };
