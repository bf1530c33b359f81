// Tests of one machine and of another compute alike: one thread, no native library, unless the caller asks for them.
process.env.ALIGN_THREADS ??= "1";
process.env.ALIGN_BLAS ??= "off";

/** Three lanes: unit tests, the notebooks' own cells, and slow measurements over several seeds. */
const swc = [
  "@swc/jest",
  { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" }, sourceMaps: "inline" },
];

/** Tests import the sources, so a changed line is tested without a build; the kernel lane uses the built package. */
const shared = {
  testEnvironment: "node",
  moduleNameMapper: { "^kernel-utils$": "<rootDir>/kernel-utils/src/index.ts" },
  modulePathIgnorePatterns: ["<rootDir>/build/", "<rootDir>/.cache/", "<rootDir>/.venv/", "<rootDir>/.venv-"],
  // These are published as ES modules only; Jest's CommonJS mode needs them translated.
  transformIgnorePatterns: ["/node_modules/(?!(arquero|@uwdata|d3-[a-z-]+|internmap)/)"],
};

const dawnPlatform = process.platform === "darwin" ? "darwin-universal" : `${process.platform}-${process.arch}`;

/**
 * ALIGN_TEST_BACKEND=webgpu,tensorflow adds one project a name, `backend webgpu` and so on: the tests of tensors, model and
 * training on that backend. Left out are those that are about choosing a backend or about the wasm kernels themselves.
 */
const backendProjects = (process.env.ALIGN_TEST_BACKEND ?? "")
  .split(",")
  .filter(Boolean)
  .map((name) => ({
    ...shared,
    displayName: `backend ${name}`,
    testMatch: ["tensor", "model", "training"].map((folder) => `<rootDir>/tests/${folder}/**/*.test.ts`),
    testPathIgnorePatterns: [
      ...["<rootDir>/tests/tensor/wasm/", "<rootDir>/tests/tensor/backend/"],
      // About a run's files and records, not about arithmetic: once, on the course's own backend, is enough.
      "<rootDir>/tests/training/(heldOut|masked|runLock|rollouts/resume)",
      // About bytes read from files, and about the library that our own backend may take: no arithmetic of this one.
      "<rootDir>/tests/model/checkpoints/(checkpointFuzz|dtype|safetensors)",
      "<rootDir>/tests/tensor/blas/",
    ],
    transform: { "\\.(ts|js|mjs)$": swc },
    globals: { testBackend: name },
    // webgpu's entry is an ES module of one line that matters: it loads this file.
    moduleNameMapper: {
      ...shared.moduleNameMapper,
      "^(.*/node_modules/webgpu)/index\\.js$": `$1/dist/${dawnPlatform}/dawn.node`,
    },
  }));

module.exports = {
  // Absolute times decide nothing: this only ends what hangs, on a machine that does other work as well.
  testTimeout: 60_000,
  projects: [
    ...backendProjects,
    {
      ...shared,
      displayName: "unit",
      testMatch: ["<rootDir>/tests/**/*.test.ts"],
      testPathIgnorePatterns: ["<rootDir>/tests/slow/"],
      transform: { "\\.(ts|js|mjs)$": swc },
    },
    {
      ...shared,
      displayName: "slow",
      testMatch: ["<rootDir>/tests/slow/**/*.test.ts"],
      transform: { "\\.(ts|js|mjs)$": swc },
    },
    {
      ...shared,
      displayName: "notebooks",
      testMatch: ["<rootDir>/notebooks/*.ipynb"],
      moduleFileExtensions: ["ts", "js", "mjs", "json", "node", "ipynb"],
      testEnvironment: "<rootDir>/kernel-utils/dist/notebook/source/jest/environment.js",
      transform: {
        // Generous: a loaded machine is no failure. The kernel lane and `//| slow` say how long a cell should take.
        "\\.ipynb$": ["<rootDir>/kernel-utils/dist/notebook/source/jest/transform.js", { cellTimeoutSeconds: 600 }],
        "\\.(ts|js|mjs)$": swc,
      },
    },
  ],
};
