/** Three programs that execute notebooks, each called as its users call it, on our kernel. */
const { spawn } = require("node:child_process");
const path = require("node:path");

/** Command and arguments by runner: the notebook, where the copy goes, and seconds a cell may take. */
const runners = {
  nbclient: (bin, { notebook, copy, seconds }) => [
    ...[bin("jupyter-execute"), notebook, `--output=${copy}`, "--kernel_name=alignment", `--timeout=${seconds}`],
  ],
  papermill: (bin, { notebook, copy, seconds }) => [
    ...[bin("papermill"), notebook, copy, "--kernel", "alignment", "--cwd", path.dirname(notebook)],
    ...["--execution-timeout", String(seconds), "--no-progress-bar"],
  ],
  nbmake: (bin, { notebook, seconds }) => [
    ...[
      bin("pytest"),
      "--nbmake",
      "--nbmake-kernel=alignment",
      `--nbmake-timeout=${seconds}`,
      "-p",
      "no:cacheprovider",
      notebook,
    ],
  ],
};

/** @returns exit status and everything printed, without colours */
function execute(bin, name, given) {
  const [command, ...args] = runners[name](bin, given);
  const env = { ...process.env, ALIGN_PROGRESS: "off", PYTHONWARNINGS: "ignore", COLUMNS: "200" };
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: path.dirname(given.notebook), env, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (part) => (text += part));
    child.once("error", (error) => resolve({ status: -1, text: error.message }));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
    child.once("close", (status) => resolve({ status, text: text.replace(/\u001b\[[0-9;]*m/g, "") }));
  });
}

module.exports = { execute, names: Object.keys(runners) };
