/** A Chromium for the tests in a browser: the machine's own, or Debian's package unpacked into the project without root. */
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { fetchOnce, multiarch, unpackWithDependencies } = require("./debian.cjs");
const { Failure, root } = require("./steps.cjs");

const commands = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"];

const files = {
  darwin: [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ],
  win32: [process.env.PROGRAMFILES, process.env["PROGRAMFILES(X86)"], process.env.LOCALAPPDATA]
    .filter(Boolean)
    .map((folder) => path.join(folder, "Google", "Chrome", "Application", "chrome.exe")),
};

const wayOut = "install Chromium or Chrome, or name its file in ALIGN_CHROMIUM";

/** Without a desktop, a keyring, updates and reports home. Nothing here weakens what a page may do. */
const flags = [
  ...["--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
  // Containers and unpacked packages have no set-uid sandbox; the tests open this project's own pages only.
  "--no-sandbox",
];

function onPath(name) {
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter(Boolean);
  return folders.map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file));
}

function installed() {
  const named = process.env.ALIGN_CHROMIUM;
  if (named && !fs.existsSync(named)) throw new Failure(`ALIGN_CHROMIUM names ${named}, which is not there`, 2);
  return (
    named || commands.map(onPath).find(Boolean) || (files[process.platform] ?? []).find((file) => fs.existsSync(file))
  );
}

/** The package's programs and libraries lie in a folder instead of /usr; so do fonts and their configuration. */
function unpacked(folder) {
  const executablePath = path.join(folder, "usr", "lib", "chromium", "chromium");
  if (!fs.existsSync(executablePath)) throw new Failure(`Debian's package chromium holds no ${executablePath}`);
  const libraries = [
    path.join(folder, "usr", "lib", multiarch),
    path.join(folder, "lib", multiarch),
    path.dirname(executablePath),
  ];
  const fonts = path.join(folder, "fonts.conf");
  const fontFolders = [path.join(folder, "usr", "share", "fonts"), "/usr/share/fonts"];
  const lines = fontFolders.map((name) => `<dir>${name}</dir>`).join("");
  fs.writeFileSync(fonts, `<fontconfig>${lines}<cachedir>${path.join(folder, "fontcache")}</cachedir></fontconfig>\n`);
  const inherited = process.env.LD_LIBRARY_PATH ? [process.env.LD_LIBRARY_PATH] : [];
  return { executablePath, env: { LD_LIBRARY_PATH: [...libraries, ...inherited].join(":"), FONTCONFIG_FILE: fonts } };
}

/**
 * @returns {{ executablePath: string, args: string[], env: object }} what playwright's `chromium.launch` takes
 * @throws Failure with exit code 75 where it would have to be downloaded and cannot be
 */
function findChromium() {
  const own = installed();
  const { executablePath, env } = own ? { executablePath: own, env: {} } : fetched();
  const { status, stdout, stderr, error } = spawnSync(executablePath, ["--version", "--no-sandbox"], {
    encoding: "utf8",
    env: { ...process.env, ...env },
    timeout: 60_000,
  });
  if (status !== 0 && process.platform !== "win32") {
    const reason = error?.message ?? `${stdout}${stderr}`.trim().split("\n").at(-1);
    throw new Failure(`${executablePath} does not start: ${reason}; ${wayOut}`);
  }
  return { executablePath, args: flags, env: { ...process.env, ...env }, version: stdout.trim() };
}

function fetched() {
  if (process.platform !== "linux") throw new Failure(`no Chromium was found; ${wayOut}`);
  const folder = path.join(root, ".cache", "chromium");
  fetchOnce(folder, "chromium with what it needs, about 150 MB", (into) =>
    unpackWithDependencies(["chromium", "fonts-dejavu-core"], into, { wayOut }),
  );
  return unpacked(folder);
}

module.exports = { findChromium };
