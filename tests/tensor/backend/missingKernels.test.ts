import { useBackend } from "../../../kernel-utils/src/tensor";

jest.mock("node:fs", () => {
  const fs = jest.requireActual<typeof import("node:fs")>("node:fs");
  return { ...fs, existsSync: (file: string) => !file.endsWith("kernels.wasm") && fs.existsSync(file) };
});

it("says npm run build where the kernels have not been built", async () => {
  await expect(useBackend("wasm")).rejects.toThrow(
    /wasm is not available: .*kernels\.wasm is missing; run npm run build/,
  );
});

it("goes on without them on auto, and says so", async () => {
  const report = await useBackend("auto");
  expect(report.chosen).toBe("cpu");
  expect(report.toString()).toMatch(/not wasm: .* is missing; run npm run build/);
});
