import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { installedFile } from "../../../kernel-utils/src/tensor/backend/unavailable";

const folder = mkdtempSync(join(tmpdir(), "backends-"));
const before = process.env.ALIGN_BACKEND_PATH;
afterAll(() => {
  rmSync(folder, { recursive: true });
  if (before === undefined) delete process.env.ALIGN_BACKEND_PATH;
  else process.env.ALIGN_BACKEND_PATH = before;
});

it("finds a package in a folder that ALIGN_BACKEND_PATH names, and not without", () => {
  const home = join(folder, "node_modules", "a-backend-nobody-published");
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "index.js"), "");
  delete process.env.ALIGN_BACKEND_PATH;
  expect(installedFile("a-backend-nobody-published")).toBeUndefined();
  process.env.ALIGN_BACKEND_PATH = ["/nowhere", folder].join(delimiter);
  expect(installedFile("a-backend-nobody-published")).toBe(join(home, "index.js"));
});
