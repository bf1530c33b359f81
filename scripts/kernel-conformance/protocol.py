"""Jupyter's own test suite for kernels, with every test that applies to this one."""

import jupyter_kernel_test


class AlignmentKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "alignment"
    language_name = "typescript"
    file_extension = ".ts"

    code_hello_world = 'console.log("hello, world")'
    code_stderr = 'console.error("to stderr")'
    completion_samples = [
        {"text": "Numbe", "matches": {"Number"}},
        {"text": "Math.sq", "matches": {"sqrt"}},
        {"text": 'const greeting = "x"; greeting.startsW', "matches": {"startsWith"}},
    ]
    complete_code_samples = ["1", "const a = 1", "function f(x: number) { return x * x; }", "await null"]
    incomplete_code_samples = ["function f(", "const a = {", "if (true) {\n  f(1);", "/* a comment", "`text"]
    invalid_code_samples = ["const = 1", "import 7 now", "}{"]
    code_page_something = "Math.max?"
    code_generate_error = 'throw new RangeError("too small")'
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "[1, 2, 3].map((x) => x * x)", "result": "[ 1, 4, 9 ]"},
        {
            "code": '({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<b>7</b>" }) })',
            "mime": "text/html",
            "result": "<b>7</b>",
        },
    ]
    code_display_data = [
        {
            "code": '(globalThis as any)[Symbol.for("align.display")].publish({ "text/html": "<i>shown</i>" })',
            "mime": "text/html",
        },
        {"code": 'import { display } from "tslab";\ndisplay.svg("<svg/>")', "mime": "image/svg+xml"},
    ]
    code_history_pattern = "6 *"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "parseInt"
    code_clear_output = '(globalThis as any)[Symbol.for("align.display")].clear(false)'
