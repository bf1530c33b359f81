// One job at a time, split into numbered parts that any thread may take. The main thread writes the job's arguments into
// slots on the shared heap, publishes it, and takes parts like everybody else, so a pool without workers still works.
// Which thread runs a part never shows in the result: every part writes memory of its own, and what is added up over
// parts is added in the order of the parts.

import { runPart } from "./parts";
import { control, setControl } from "./slots";

// The control block, at an address that the host sets aside. Words that different threads write lie on lines of their own.
const CLAIM: usize = 0; // i64: job number << 32 | parts << 16 | next part
const DONE: usize = 64; // i32: parts finished
const WAKE: usize = 128; // i32: job number, what idle workers sleep on
const SLEEPERS: usize = 132; // i32: workers asleep
const CLOSED: usize = 136; // i32: 1 once the pool is given up
const JOINED: usize = 140; // i32: workers that have come
const KERNEL: usize = 192; // i32
const BYTES: usize = 512; // the slots fill the second half

// A look at a word that nobody writes takes about 0.35 ns (2.6 GHz), waking a sleeper 5 to 50 µs.
const IDLE_SPINS: i32 = 200_000; // about 70 µs: longer than most pauses between the kernels of one training step
const JOIN_SPINS: i32 = 20_000; // about 7 µs: the parts of one job end within that, unless a thread lost its processor
const NANOSECONDS: i64 = 1_000_000; // a sleep that a lost wake-up cannot make endless

export function poolBytes(): usize {
  return BYTES;
}

/** Every thread calls this once, with the address of the same zeroed block. */
export function joinPool(address: usize): void {
  setControl(address);
}

/** Takes parts of the published job until none is left. */
function takeParts(thread: i32): void {
  for (;;) {
    const claim = atomic.load<i64>(control + CLAIM);
    const next = <i32>(claim & 0xffff);
    const parts = <i32>((claim >> 16) & 0xffff);
    if (next >= parts) return;
    // The job number is part of the word: a thread that slept through a job cannot take a part of the next one unseen.
    if (atomic.cmpxchg<i64>(control + CLAIM, claim, claim + 1) !== claim) continue;
    runPart(i32.load(control + KERNEL), next, parts, thread);
    if (atomic.add<i32>(control + DONE, 1) + 1 === parts) atomic.notify(control + DONE, 1);
  }
}

/** Runs a job whose arguments are in the slots; returns when all of its parts are done. The main thread only. */
export function dispatch(kernel: i32, parts: i32): void {
  i32.store(control + KERNEL, kernel);
  if (parts === 1) {
    runPart(kernel, 0, 1, 0);
    return;
  }
  atomic.store<i32>(control + DONE, 0);
  const job = (atomic.load<i64>(control + CLAIM) >> 32) + 1;
  atomic.store<i64>(control + CLAIM, (job << 32) | (<i64>parts << 16));
  atomic.add<i32>(control + WAKE, 1);
  if (atomic.load<i32>(control + SLEEPERS) > 0) atomic.notify(control + WAKE, -1);
  takeParts(0);
  for (let spins = 0; ; spins++) {
    const done = atomic.load<i32>(control + DONE);
    if (done === parts) return;
    if (spins > JOIN_SPINS) atomic.wait<i32>(control + DONE, done, NANOSECONDS);
  }
}

/** The workers have to go; each ends when it next looks. */
export function closePool(): void {
  atomic.store<i32>(control + CLOSED, 1);
  atomic.add<i32>(control + WAKE, 1);
  atomic.notify(control + WAKE, -1);
}

/** Waits until `workers` workers have come, or so many milliseconds. */
export function awaitWorkers(workers: i32, milliseconds: i32): bool {
  for (let waited = 0; waited < milliseconds; waited++) {
    const joined = atomic.load<i32>(control + JOINED);
    if (joined >= workers) return true;
    atomic.wait<i32>(control + JOINED, joined, NANOSECONDS);
  }
  return false;
}

/** What a worker does until the pool is closed. */
export function serve(thread: i32): void {
  atomic.add<i32>(control + JOINED, 1);
  atomic.notify(control + JOINED, -1);
  let seen = atomic.load<i32>(control + WAKE) - 1;
  while (atomic.load<i32>(control + CLOSED) === 0) {
    let spins = 0;
    while (atomic.load<i32>(control + WAKE) === seen) {
      if (++spins < IDLE_SPINS) continue;
      atomic.add<i32>(control + SLEEPERS, 1);
      atomic.wait<i32>(control + WAKE, seen, 1000 * NANOSECONDS);
      atomic.sub<i32>(control + SLEEPERS, 1);
    }
    seen = atomic.load<i32>(control + WAKE);
    takeParts(thread);
  }
}
