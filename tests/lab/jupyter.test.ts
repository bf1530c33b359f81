/** The settings and pins of JupyterLab, and what the notebooks need so that JupyterLab runs them through. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.join(__dirname, "../..");
const text = (...names: string[]): string => readFileSync(path.join(root, ...names), "utf8");
const { startPageWithTable } = require("../../scripts/notebookTable.cjs");
const notebooks = readdirSync(path.join(root, "notebooks")).filter((name) => name.endsWith(".ipynb"));

describe("jupyter/requirements.txt", () => {
  const lines = text("jupyter", "requirements.txt")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

  it("pins everything exactly", () => {
    for (const line of lines) expect(line).toMatch(/^[a-z0-9-]+==\S+( ; .+)?$/);
    expect(lines.length).toBeGreaterThan(100);
  });

  it("holds what requirements.in asks for", () => {
    const [, asked] = /^(jupyterlab==\S+)$/m.exec(text("jupyter", "requirements.in")) ?? [];
    expect(lines).toContain(asked);
  });

  it("serves every Python and system: a package with conditions covers old and new Pythons", () => {
    const conditions = (name: string) =>
      lines.filter((line) => line.startsWith(`${name}==`)).map((line) => line.split(" ; ")[1]);
    expect(conditions("jupyterlab")).toEqual([undefined]);
    const server = conditions("jupyter-server");
    expect(server.some((condition) => /< '3\.10'/.test(condition))).toBe(true);
    expect(server.some((condition) => />= '3\.10'/.test(condition))).toBe(true);
    expect(conditions("pywinpty").every((condition) => /os_name == 'nt'/.test(condition))).toBe(true);
  });
});

it("the settings keep JupyterLab from asking the network, and recordings of times out of notebooks", () => {
  const settings = JSON.parse(text("jupyter", "settings", "overrides.json"));
  expect(settings["@jupyterlab/apputils-extension:notification"]).toEqual({
    fetchNews: "false",
    checkForUpdates: false,
  });
  expect(settings["@jupyterlab/extensionmanager-extension:plugin"]).toEqual({ enabled: false });
  expect(settings["@jupyterlab/notebook-extension:tracker"]).not.toHaveProperty("recordTiming");
});

describe("the start page", () => {
  it("has the table that the notebooks give (else: npm run readme)", () => {
    const page = text("notebooks", "README.md");
    expect(startPageWithTable(page, path.join(root, "notebooks"))).toBe(page);
  });

  it("links every notebook", () => {
    for (const name of notebooks) expect(text("notebooks", "README.md")).toContain(`](${name})`);
  });
});

it.each(notebooks)("%s goes on after a failure that teaches: its cell is tagged raises-exception", (name) => {
  const { cells } = JSON.parse(text("notebooks", name));
  const teaching = cells.filter(({ source }: { source: string[] }) =>
    [source].flat().join("").startsWith("//| expect-error:"),
  );
  for (const { id, metadata } of teaching)
    expect({ id, tags: metadata.tags }).toEqual({ id, tags: ["raises-exception"] });
});
