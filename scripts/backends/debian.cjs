/** Debian packages into a folder of the project: nothing is installed, no root is needed. */
const fs = require("node:fs");
const path = require("node:path");
const { Failure, run, step } = require("./steps.cjs");

const archive = "http://deb.debian.org/debian";
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** The release's code name, where this is Debian. @throws Failure with the way out that the caller knows */
function codename(wayOut) {
  const release = fs.existsSync("/etc/os-release") ? fs.readFileSync("/etc/os-release", "utf8") : "";
  if (/^ID=debian$/m.test(release)) return /^VERSION_CODENAME=(\w+)$/m.exec(release)?.[1];
  throw new Failure(`this is no Debian, whose packages would be used; ${wayOut}`);
}

/** apt-get with lists and a cache of its own, so that neither root nor the system's settings are needed. */
function openApt(folder, wayOut) {
  const name = codename(wayOut);
  const lists = path.join(folder, "lists");
  const downloads = path.join(folder, "archives");
  fs.mkdirSync(path.join(lists, "partial"), { recursive: true });
  fs.mkdirSync(path.join(downloads, "partial"), { recursive: true });
  const sources = path.join(folder, "sources.list");
  const suites = [name, `${name}-backports`];
  const lines = suites.map((suite) => `deb [signed-by=${keyring}] ${archive} ${suite} main\n`);
  fs.writeFileSync(sources, lines.join(""));
  const settings = {
    "Dir::Etc::sourcelist": sources,
    "Dir::Etc::sourceparts": "-",
    "Dir::State::lists": lists,
    "Dir::Cache": folder,
    "Dir::Cache::archives": downloads,
    "APT::Sandbox::User": "",
    "Debug::NoLocking": "1",
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  // A list that cannot be fetched is only a warning by default, and the failure would come later as "no such package".
  run("apt-get", [...options, "-o", "APT::Update::Error-Mode=any", "update"], { download: true });
  return { name, options, downloads };
}

function unpackAll(downloads, folder) {
  for (const file of fs.readdirSync(downloads).filter((name) => name.endsWith(".deb"))) {
    run("dpkg", ["-x", path.join(downloads, file), folder]);
  }
  fs.rmSync(path.dirname(downloads), { recursive: true }); // as large again as what was unpacked
}

/**
 * Packages with whatever they need that the system lacks.
 * @param backports whether from backports, where they have a newer one
 * @param wayOut what to do where this is no Debian
 */
function unpackWithDependencies(names, folder, { backports = false, wayOut }) {
  const { name: release, options, downloads } = openApt(path.join(folder, "apt"), wayOut);
  const wanted = ["install", "--download-only", "--yes", "--reinstall", "--no-install-recommends"];
  const suite = backports ? ["-t", `${release}-backports`] : [];
  run("apt-get", [...options, ...wanted, ...suite, ...names], { download: true });
  unpackAll(downloads, folder);
}

/** One package alone. */
function unpackAlone(name, folder, { wayOut }) {
  const { options, downloads } = openApt(path.join(folder, "apt"), wayOut);
  run("apt-get", [...options, "download", name], { cwd: downloads, download: true });
  unpackAll(downloads, folder);
}

/** Fetches into a folder once; a folder that a failed fetch left behind is made anew. */
function fetchOnce(folder, what, fetch) {
  const stamp = path.join(folder, "complete");
  if (fs.existsSync(stamp)) return;
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  step(`apt: ${what}`, () => fetch(folder));
  fs.writeFileSync(stamp, "");
}

/** What Debian calls the folders of this processor's libraries. */
const multiarch = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" }[process.arch];

module.exports = { fetchOnce, multiarch, unpackAlone, unpackWithDependencies };
