import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { useBackend } from "../../../kernel-utils/src/tensor";
import { checkBlas } from "../../../kernel-utils/src/tensor/blas/find";
import type { BlasLocation } from "../../../kernel-utils/src/tensor/blas/library";
import { locate, wheelLibraries } from "../../../kernel-utils/src/tensor/blas/locations";

jest.setTimeout(120_000);

/** A library with the interface of OpenBLAS whose product is right, but for what the test says. */
const source = (broken: string) => `
#include <math.h>
#include <stdint.h>
void openblas_set_num_threads(int n) {}
const char *openblas_get_config(void) { return "OpenBLAS 9.9.9 for a test"; }
const char *openblas_get_corename(void) { return "Paper"; }
void cblas_sgemm(int order, int ta, int tb, int m, int n, int k, float alpha, const float *a, int lda, const float *b,
                 int ldb, float beta, float *c, int ldc) {
  int spoils = 0;
  ${broken}
  for (int i = 0; i < m; i++) for (int j = 0; j < n; j++) {
    double sum = 0;
    for (int p = 0; p < k; p++) sum += (double)(ta == 112 ? a[p * lda + i] : a[i * lda + p]) * (tb == 112 ? b[j * ldb + p] : b[p * ldb + j]);
    c[i * ldc + j] = (float)(alpha * sum + (beta == 0 ? 0 : beta * c[i * ldc + j]));
  }
  if (spoils) c[n] = 0;
}`;

const compiler = ["cc", "gcc", "clang"].find((name) => spawnSync(name, ["--version"]).status === 0);
if (!compiler) console.log("check.test: no C compiler here, so libraries that are wrong on purpose are not tried");

describe("the self-check of a native library", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "blas-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Compiles a library that is broken in one way. */
  function library(name: string, broken: string): BlasLocation {
    const [code, file] = [path.join(folder, `${name}.c`), path.join(folder, `lib${name}.so`)];
    writeFileSync(code, source(broken));
    const { status, stderr } = spawnSync(compiler!, ["-shared", "-fPIC", "-O1", "-o", file, code], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(stderr);
    return { file, kind: "OpenBLAS", prefix: "" };
  }

  (compiler ? describe : describe.skip)("on libraries made for it", () => {
    it("passes one that multiplies right, and asks it for its name", async () => {
      const found = await checkBlas(library("right", ""));
      expect(found).toMatchObject({ description: "OpenBLAS 9.9.9 (Paper)" });
    });
    it.each([
      ["swapped", "int t = ta; ta = tb; tb = t;", /is off by/],
      ["short", "k -= k > 256;", /product of 2×300×259 .* is off by/],
      ["overwriting", "beta = 0;", /is off by/],
      ["nan", "if (k == 13) alpha = NAN;", /product of 7×3×13 .* is off by NaN/],
      ["spilling", "spoils = ldc > n;", /is off by Infinity/],
      ["crashing", "*(volatile int *)8 = 1;", /crashed \(SIG(SEGV|BUS)\)/],
      ["leaving", "extern void _exit(int); _exit(9);", /ended without a word/],
    ])("refuses a %s one", async (name, broken, reason) => {
      expect(await checkBlas(library(name, broken))).toMatchObject({ reason: expect.stringMatching(reason) });
    });
    it("falls back where it is named: one line, and the backend in use stays", async () => {
      const { file } = library("named", "*(volatile int *)8 = 1;");
      const before = await useBackend("wasm");
      const refusal = useBackend("wasm", { blas: file });
      await expect(refusal).rejects.toThrow(
        /libnamed.so: its self-check crashed .*; name another library, or "off" for none$/,
      );
      expect((await useBackend("wasm")).description).toBe(before.description);
    });
  });

  it("refuses a library without the function, and a file that is none", async () => {
    expect(await checkBlas(locate(process.execPath))).toMatchObject({
      reason: expect.stringMatching(/load|function|symbol/i),
    });
    expect(await checkBlas(locate(__filename))).toMatchObject({ reason: expect.stringMatching(/load/i) });
  });
});

it("knows libraries by their names", () => {
  expect(locate("/x/libmkl_rt.so.2").kind).toBe("MKL");
  expect(locate("/System/Library/Frameworks/Accelerate.framework/Accelerate").kind).toBe("Accelerate");
  expect(locate("/x/libopenblas.so.0")).toMatchObject({ kind: "OpenBLAS", prefix: "" });
  expect(locate("/x/libscipy_openblas.so").prefix).toBe("scipy_");
});

it("finds no wheel where there is no environment", () => expect(wheelLibraries("/no/such/folder")).toEqual([]));
