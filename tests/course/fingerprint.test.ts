/** Models are trained once for the sources and what is built from them: both have the same key, until one changes. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { builtFrom, codeHash } from "../../kernel-utils/src/course/codeDigest";
import { fingerprint } from "../../kernel-utils/src/course/fingerprint";
import { root } from "../runner/fixtures";

const dist = path.join(root, "kernel-utils", "dist");
const sources = path.join(root, "kernel-utils", "src");
const ofBuilt = (): string => {
  const code = `process.stdout.write(require(${JSON.stringify(path.join(dist, "course", "fingerprint.js"))}).fingerprint({ seed: 0 }))`;
  return spawnSync(process.execPath, ["-e", code], { encoding: "utf8" }).stdout;
};

it("is the same for the sources and for what the build made of them", () => {
  const recorded = JSON.parse(readFileSync(builtFrom(dist), "utf8"));
  expect(recorded).toEqual({ built: codeHash(dist), sources: codeHash(sources) }); // else: npm run build
  expect(codeHash(dist)).not.toBe(codeHash(sources));
  expect(ofBuilt()).toBe(fingerprint({ seed: 0 }));
});

it("is another for another request", () => expect(fingerprint({ seed: 1 })).not.toBe(fingerprint({ seed: 0 })));
