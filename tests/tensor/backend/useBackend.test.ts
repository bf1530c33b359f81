import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../../kernel-utils/src/errors";
import { BackendReport, backendReport, surveyBackends, useBackend } from "../../../kernel-utils/src/tensor";
import { overrideKernel } from "../../../kernel-utils/src/tensor/backend/kernelRegistry";
import { selfCheck } from "../../../kernel-utils/src/tensor/backend/selfCheck";
import { installedFile } from "../../../kernel-utils/src/tensor/backend/unavailable";

it("has no report before a choice", () => expect(() => backendReport()).toThrow(/call await useBackend\(\) first/));

it("takes the best that works and says for each better one why not and how to get it", async () => {
  const report = await useBackend("auto");
  const text = report.toString().split("\n");
  expect(text[0]).toMatch(new RegExp(`^backend ${report.chosen}: \\w+`));
  expect(text).toHaveLength(1 + report.passedOver.length + report.notes.length);
  for (const line of text.slice(1, 1 + report.passedOver.length))
    expect(line).toMatch(/^ {2}not \w+: .+; .*npm|^ {2}not \w+: .+; .+/);
  expect(backendReport()).toBe(report);
  expect(await useBackend("auto")).toBe(report);
});

it("passes over TensorFlow and WebGPU only for a reason it can name", async () => {
  const report = await useBackend("auto");
  if (!installedFile("@tensorflow/tfjs-node")) {
    const reason = report.passedOver.find(({ name }) => name === "tensorflow");
    expect(reason).toMatchObject({ reason: "tfjs-node is not installed" });
    expect(reason?.remedy).toContain("npm install @tensorflow/tfjs-node@4.22.0");
  }
  expect(report.passedOver.map(({ name }) => name)).not.toContain("cpu"); // worse than what was taken
});

it("writes one line for the choice and one for each passed over", () => {
  const webgpu = { name: "webgpu" as const, reason: "no adapter", remedy: "install a driver" };
  expect(new BackendReport("wasm", "WebAssembly", [webgpu]).toString()).toBe(
    "backend wasm: WebAssembly\n  not webgpu: no adapter; install a driver",
  );
});

it("goes to the backend named, and back", async () => {
  expect((await useBackend("cpu")).chosen).toBe("cpu");
  expect(tf.getBackend()).toBe("cpu");
  expect((await useBackend("wasm")).chosen).toBe("wasm");
  expect(tf.getBackend()).toBe("wasm");
});

it("refuses an unknown name", async () => {
  await expect(useBackend("cuda" as "wasm")).rejects.toThrow(/"cuda" is no backend; use one of auto, tensorflow/);
});

const missing = !installedFile("@tensorflow/tfjs-node") && !installedFile("@tensorflow/tfjs-node-gpu");
(missing ? it : it.skip)("refuses TensorFlow where it is not installed, and stays with what it had", async () => {
  await useBackend("wasm");
  const error = await useBackend("tensorflow").catch((thrown) => thrown);
  expect(error).toBeInstanceOf(CourseError);
  expect(error).toMatchObject({ code: "backend" });
  expect(error.message).toMatch(/tensorflow is not available: tfjs-node is not installed; npm install/);
  expect(tf.getBackend()).toBe("wasm");
  expect(backendReport().chosen).toBe("wasm");
});

it("surveys every backend and leaves the one in use", async () => {
  await useBackend("wasm");
  const survey = await surveyBackends();
  expect(survey.map(({ name }) => name)).toEqual(["tensorflow", "webgpu", "wasm", "cpu"]);
  expect(survey[2].works && survey[3].works).toBe(true);
  expect(tf.getBackend()).toBe("wasm");
});

describe("threads and native library of the wasm backend", () => {
  it("are named in the report, and a library in the identity that runs record", async () => {
    const report = await useBackend("wasm", { threads: 3, blas: "off" });
    expect(report.description).toMatch(/3 threads$/);
    expect([report.identity, report.notes]).toEqual(["wasm", ["native BLAS is switched off"]]);
  });
  it.each([
    [{ threads: 0 }, /threads is "0"; give a whole number from 1 to 64, or "auto"$/],
    [{ threads: 1.5 }, /threads is "1.5"/],
    [
      { blas: "/no/such/libopenblas.so" },
      /BLAS: \/no\/such\/libopenblas.so: .*; name another library, or "off" for none$/,
    ],
    [{ blas: __filename }, /useBackend.test.ts: .*; name another library/],
  ])("refuse %j, and the backend in use stays", async (options, message) => {
    await useBackend("cpu");
    await expect(useBackend("wasm", options)).rejects.toThrow(message);
    expect(tf.getBackend()).toBe("cpu");
  });
});

it("does without what only the environment asks for and cannot be had, with one warning", async () => {
  const warnings = jest.spyOn(process, "emitWarning").mockImplementation(() => {});
  const before = { ...process.env };
  process.env.ALIGN_BLAS = "/no/such/libopenblas.so";
  process.env.ALIGN_THREADS = "many";
  const report = await useBackend("wasm");
  await useBackend("cpu");
  await useBackend("wasm");
  process.env.ALIGN_BLAS = before.ALIGN_BLAS;
  process.env.ALIGN_THREADS = before.ALIGN_THREADS;
  expect(report.identity).toBe("wasm");
  expect(report.notes).toEqual([expect.stringMatching(/^ALIGN_BLAS is not heeded: BLAS: \/no\/such/)]);
  expect(warnings.mock.calls.map(([text]) => String(text))).toEqual([
    expect.stringMatching(/^ALIGN_THREADS is "many" and not heeded/),
    expect.stringMatching(/^ALIGN_BLAS is not heeded/),
  ]);
  warnings.mockRestore();
});

describe("the self-check", () => {
  const broken = async (kernelName: string) => {
    await useBackend("cpu");
    const stock = tf.getKernel(kernelName, "cpu").kernelFunc;
    overrideKernel(kernelName, "cpu", (args) => {
      const out = stock(args as never) as tf.TensorInfo;
      const { data } = args.backend as { data: { get(id: object): { values: Float32Array } } };
      data.get(out.dataId).values[1] += 0.01;
      return out;
    });
    const error = await selfCheck().catch((thrown) => thrown.message);
    overrideKernel(kernelName, "cpu", stock as never);
    return error;
  };
  it("finds a wrong product", async () => expect(await broken("BatchMatMul")).toMatch(/matMul .* is off by 1.0e-2/));
  it("finds a wrong gradient of gather", async () => {
    expect(await broken("UnsortedSegmentSum")).toMatch(/gradient of gather is off/);
  });
});
