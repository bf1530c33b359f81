import { existsSync } from "node:fs";
import path from "node:path";

/** The nearest folder, from the working one upwards, that holds notebooks/ and a package.json: the course's project. */
export function projectRoot(): string | undefined {
  for (let folder = process.cwd(); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "notebooks")) && existsSync(path.join(folder, "package.json"))) return folder;
    if (path.dirname(folder) === folder) return undefined;
  }
}
