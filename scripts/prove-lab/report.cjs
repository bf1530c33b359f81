/** Facts, one after another: each is passed or failed, said at once, and counted as Jest counts, for CI to add up. */
const fs = require("node:fs");
const path = require("node:path");

class Facts {
  passed = [];
  failed = [];

  /** Runs the body; what it throws makes the fact false and stops nothing. */
  async fact(title, body) {
    const started = Date.now();
    try {
      const note = await body();
      this.passed.push(title);
      const seconds = ((Date.now() - started) / 1000).toFixed(0);
      process.stdout.write(`  ✓ ${title}${note ? `: ${note}` : ""} (${seconds} s)\n`);
    } catch (error) {
      this.failed.push(title);
      process.stdout.write(
        `  ✗ ${title}: ${String(error.message ?? error)
          .split("\n")
          .slice(0, 12)
          .join("\n    ")}\n`,
      );
    }
  }

  write(file) {
    const results = [
      ...this.passed.map((title) => ({ title, fullName: title, status: "passed" })),
      ...this.failed.map((title) => ({ title, fullName: title, status: "failed" })),
    ];
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const counts = {
      numPassedTests: this.passed.length,
      numFailedTests: this.failed.length,
      numRuntimeErrorTestSuites: 0,
      testResults: [{ assertionResults: results }],
    };
    fs.writeFileSync(file, `${JSON.stringify(counts, null, 2)}\n`);
  }
}

module.exports = { Facts };
