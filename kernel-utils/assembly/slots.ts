// The arguments of the job at hand, which the host writes and every kernel reads, and how a job is cut into parts.

const SLOTS: usize = 256; // f64[32] within the pool's control block: exact for addresses, counts and float32 alike

/** The address of the control block, see pool.ts. */
export let control: usize = 0;

export function setControl(address: usize): void {
  control = address;
}

/** Where the arguments of the next job go. */
export function slotsAddress(): usize {
  return control + SLOTS;
}

/** Argument i of the job at hand. */
// @ts-ignore: decorator
@inline
export function slot(i: i32): f64 {
  return f64.load(control + SLOTS + (<usize>i << 3));
}

// @ts-ignore: decorator
@inline
export function slotAddress(i: i32): usize {
  return <usize>slot(i);
}

// @ts-ignore: decorator
@inline
export function slotInt(i: i32): i32 {
  return <i32>slot(i);
}

/** Where part `part` of `parts` begins among n things; it ends where the next begins. */
// @ts-ignore: decorator
@inline
export function partStart(part: i32, parts: i32, n: i32): i32 {
  return <i32>((<i64>n * part) / parts);
}

/** The same, in multiples of `unit`: neighbours that share a vector or a line of the cache stay together. */
// @ts-ignore: decorator
@inline
export function partStartBy(unit: i32, part: i32, parts: i32, n: i32): i32 {
  return part === parts ? n : min<i32>(n, partStart(part, parts, (n + unit - 1) / unit) * unit);
}
