/** Notebooks that must turn the runner red: the exit code of `align run`, and what its line must say. */
module.exports = {
  "throwing-cell": { exit: 1, says: /\[throws, line 5\]: RangeError: no beta 7/ },
  "type-error": { exit: 1, says: /\[mistyped, line 2\]: TS2345/ },
  "unhandled-rejection": { exit: 1, says: /\[floating, line 3\]: unhandled rejection/ },
  "late-rejection": { exit: 1, says: /\[starts, line 3\]: unhandled rejection/ },
  "late-timer": { exit: 1, says: /\[starts-timer, line 2\]: uncaught in a timer/ },
  "endless-loop": { exit: 1, says: /\[spins\]: still running after 3 s .* interrupted/ },
  "never-settling-await": { exit: 1, says: /\[waits\]: still running after 3 s/ },
  "kernel-exits": { exit: 1, says: /\[leaves, line 2\]: the kernel died/ },
  "kernel-killed": { exit: 1, says: /\[is-killed\]: the kernel died .* SIGKILL/ },
  "wrong-expectation": { exit: 1, says: /expected to fail with TS2345, but failed with/ },
  "expectation-not-met": { exit: 1, says: /expected to fail with RangeError, but nothing went wrong/ },
  "invalid-json": { exit: 2, says: /invalid-json\.ipynb:8:3: malformed JSON/ },
  "unknown-directive": { exit: 2, says: /did you mean "expect-error"\?/ },
  "other-kernel": { exit: 2, says: /this one asks for python3/ },
};
