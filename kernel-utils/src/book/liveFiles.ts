/** What live pages load when a reader starts one: built by book/live/build.mjs, served from the site's folder live/. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { CourseError } from "../errors";
import type { SiteFile } from "./site";

/**
 * @param out a folder for the built files, which is emptied
 * @throws CourseError with the builder's last line when it fails
 */
export async function liveFiles(root: string, out: string): Promise<SiteFile[]> {
  await rm(out, { recursive: true, force: true });
  await runBuilder(path.join(root, "book", "live", "build.mjs"), root, out);
  return readdirSync(out, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(path.join(out, name)).isFile())
    .map((name) => ({
      path: `public/live/${name.split(path.sep).join("/")}`,
      content: readFileSync(path.join(out, name)),
    }));
}

function runBuilder(script: string, root: string, out: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, "--out", out], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
    }
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new CourseError("bad-file", `align book: live pages could not be built: ${lastWords(said)}`));
    });
  });
}

const lastWords = (said: string): string =>
  /^\w*Error: (.*)$/m.exec(said)?.[1] ?? said.trim().split("\n").at(-1) ?? "the builder said nothing";
