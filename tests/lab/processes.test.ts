/** Who is alive: not one that has ended, even while its parent has not asked for its exit code. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { isAlive, killTree } from "../../kernel-utils/src/lab/processes";

const until = async (holds: () => boolean): Promise<void> => {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 200) throw new Error("waited 10 s in vain");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

it("this process is, one that nobody has and nonsense are not", () => {
  expect([process.pid, 2 ** 22 + 1, 0, -1, Number.NaN].map(isAlive)).toEqual([true, false, false, false, false]);
});

const onLinux = process.platform === "linux" ? it : it.skip;

onLinux("a zombie is not", async () => {
  // Before its child ends, the shell turns into a sleep, which asks for nobody's exit code.
  const parent = spawn("sh", ["-c", "sleep 1 & echo $!; exec sleep 30"], { stdio: ["ignore", "pipe", "ignore"] });
  const pid = Number(await new Promise((resolve) => parent.stdout.once("data", resolve)));
  await until(() => / Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8")));
  expect(() => process.kill(pid, 0)).not.toThrow();
  expect(isAlive(pid)).toBe(false);
  killTree(parent.pid as number);
});

it("killTree reaches a grandchild in a session of its own", async () => {
  const script = `const { spawn } = require("node:child_process");
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"], { detached: true, stdio: "ignore" });
    console.log(child.pid); setTimeout(() => {}, 60000);`;
  const parent = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "ignore"] });
  const grandchild = Number(await new Promise((resolve) => parent.stdout.once("data", resolve)));
  expect(isAlive(grandchild)).toBe(true);
  killTree(parent.pid as number);
  await until(() => !isAlive(grandchild) && !isAlive(parent.pid as number));
});
