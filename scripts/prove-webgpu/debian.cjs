/** Debian packages into a folder of the project: nothing is installed, no root is needed. */
const fs = require("node:fs");
const path = require("node:path");
const { Failure, run } = require("../backends/steps.cjs");

const archive = "http://deb.debian.org/debian";
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** The release's code name, where this is Debian. */
function codename() {
  const release = fs.existsSync("/etc/os-release") ? fs.readFileSync("/etc/os-release", "utf8") : "";
  if (/^ID=debian$/m.test(release)) return /^VERSION_CODENAME=(\w+)$/m.exec(release)?.[1];
  throw new Failure(
    "this is no Debian, whose packages hold the software adapters; use --adapter own with a GPU driver",
  );
}

/** apt-get with lists and a cache of its own, so that neither root nor the system's settings are needed. */
function openApt(folder) {
  const name = codename();
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
}

/** A package with whatever it needs that the system lacks, from backports where they have a newer one. */
function unpackWithDependencies(name, folder) {
  const { name: release, options, downloads } = openApt(path.join(folder, "apt"));
  const wanted = ["install", "--download-only", "--yes", "--reinstall", "--no-install-recommends"];
  run("apt-get", [...options, ...wanted, "-t", `${release}-backports`, name], { download: true });
  unpackAll(downloads, folder);
}

/** One package alone. */
function unpackAlone(name, folder) {
  const { options, downloads } = openApt(path.join(folder, "apt"));
  run("apt-get", [...options, "download", name], { cwd: downloads, download: true });
  unpackAll(downloads, folder);
}

module.exports = { unpackAlone, unpackWithDependencies };
