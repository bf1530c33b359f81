import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const align = path.join(__dirname, "../../kernel-utils/bin/align.js");
const run = (...args: string[]) => spawnSync(process.execPath, [align, "bench", ...args], { encoding: "utf8" });

describe("align bench", () => {
  it.each([
    [["--only", "nonsense"], /no case is called "nonsense"; known: gemm-256-nn/],
    [["train-S"], /takes no argument, got "train-S"; name cases with --only/],
    [["--scaling", "--profile"], /--scaling has its own cases/],
    [["--backend", "abacus"], /"abacus" is no backend; use one of auto, tensorflow/],
    [["--quik"], /Unknown option '--quik'.*align bench --help/],
  ])("refuses %j in one line", (args, message) => {
    const { status, stdout, stderr } = run(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it("explains itself", () => {
    const { status, stdout } = run("--help");
    expect(status).toBe(0);
    for (const option of ["--json", "--only", "--quick", "--backend", "--scaling", "--profile", "Exit code"]) {
      expect(stdout).toContain(option);
    }
  });

  it("prints and writes what it measured", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "align-bench-"));
    try {
      const file = path.join(folder, "report.json");
      const args = ["--quick", "--backend", "wasm", "--only", "gemm-256", "train-S", "--json", file];
      const { status, stdout, stderr } = run(...args);
      expect({ status, progress: stderr.split("\n")[0] }).toEqual({
        status: 0,
        progress: "1 of 2: gemm-256-nn (matrix product 256³, AB)",
      });
      expect(stdout).toMatch(/^backend wasm: .*\n.*cores, Node v/);
      const { results } = JSON.parse(readFileSync(file, "utf8"));
      expect(results.map(({ name }: { name: string }) => name)).toEqual(["gemm-256-nn", "train-S"]);
      for (const { wall, flops, gflopsPerSecond } of results) {
        expect(wall.n).toBeGreaterThanOrEqual(5);
        expect(wall.min).toBeLessThanOrEqual(wall.median);
        expect(gflopsPerSecond).toBeCloseTo(flops / wall.median / 1e6, 9);
      }
      expect(results[0].flops).toBe(2 * 256 ** 3);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
