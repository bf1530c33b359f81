/** The README is true to the letter: its table is generated, its pictures and links exist, its figures are the measured ones. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.join(__dirname, "..");
const { readmeWithTable } = require("../scripts/notebookTable.cjs");
const { drawStages } = require("../scripts/drawStages.cjs");
const readme = readFileSync(path.join(root, "README.md"), "utf8");

describe("README.md", () => {
  it("has the table that the notebooks give (else: npm run readme)", () =>
    expect(readmeWithTable(readme, path.join(root, "notebooks"))).toBe(readme));

  it("leads only to files that exist", () => {
    const targets = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target]) => target);
    expect(targets.length).toBeGreaterThan(3);
    for (const target of targets)
      expect({ target, exists: existsSync(path.join(root, target)) }).toEqual({ target, exists: true });
  });

  it("shows the picture that the measured figures give (else: npm run measure)", () => {
    const measured = JSON.parse(readFileSync(path.join(root, "docs/gold-reward.json"), "utf8"));
    expect(readFileSync(path.join(root, "docs/gold-reward.svg"), "utf8")).toBe(drawStages(measured));
  });

  it("names every command of align that there is", async () => {
    const { commandNames } = await import("../kernel-utils/src/cli/main");
    for (const name of commandNames) expect(readme).toContain(`align ${name}`);
  });
});
