/** A process that is asked one thing at a time, a JSON object a line in and out. */
const { spawn } = require("node:child_process");
const { createInterface } = require("node:readline");

class Worker {
  /** @param label names it in errors */
  constructor(label, command, args, environment) {
    this.label = label;
    this.waiting = undefined;
    this.complaints = "";
    this.child = spawn(command, args, { env: environment, stdio: ["pipe", "pipe", "pipe"] });
    this.child.stderr.on("data", (text) => {
      this.complaints = `${this.complaints}${text}`.slice(-2000);
    });
    this.child.stdin.on("error", () => {}); // its exit is reported, and that says more
    this.child.on("error", (error) => this.settle({ error: error.message }));
    this.child.on("exit", (code, signal) => {
      this.ended = `ended (${signal ?? code}): ${this.complaints.trim().split("\n").at(-1) || "without a word"}`;
      this.settle({ error: this.ended });
    });
    createInterface({ input: this.child.stdout }).on("line", (line) => this.settle(JSON.parse(line)));
  }

  settle(answer) {
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.(answer);
  }

  /** @returns the answer; throws what went wrong, and ends a process that says nothing for too long */
  async ask(request, limitSeconds = 900) {
    if (this.ended) throw new Error(`${this.label} ${this.ended}`);
    const timer = setTimeout(() => {
      this.complaints = `silent for ${limitSeconds} s`;
      this.child.kill("SIGKILL");
    }, limitSeconds * 1000);
    const answer = await new Promise((resolve) => {
      this.waiting = resolve;
      this.child.stdin.write(`${JSON.stringify(request)}\n`);
    });
    clearTimeout(timer);
    if (answer.error) throw new Error(`${this.label}: ${answer.error}`);
    return answer;
  }

  end() {
    if (!this.ended) this.child.kill();
  }
}

module.exports = { Worker };
