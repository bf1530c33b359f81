"""Takes the TensorFlow C library and its headers out of a wheel: unpack.py WHEEL FOLDER, giving lib/ and include/."""

import os
import shutil
import sys
import zipfile

wheel, folder = sys.argv[1:]
LIBRARIES = ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2")
# The C API, and what its headers include since 2.13: ctstring.h and tsl_status.h live in other parts of the tree.
HEADERS = ("tensorflow/c/", "tensorflow/core/platform/ctstring", "tsl/platform/ctstring", "xla/tsl/c/")


def target(name: str) -> "str | None":
    """Where a file of the wheel goes, or None."""
    if name in LIBRARIES:
        return os.path.join("lib", os.path.basename(name))
    path = name.removeprefix("tensorflow/include/")
    return os.path.join("include", path) if path != name and path.startswith(HEADERS) and path.endswith(".h") else None


with zipfile.ZipFile(wheel) as archive:
    wanted = {name: path for name in archive.namelist() if (path := target(name))}
    missing = [name for name in LIBRARIES if name not in wanted]
    if missing:
        sys.exit(f"{wheel} has no {missing[0]}; wheels for Linux hold it")
    for name, path in wanted.items():
        destination = os.path.join(folder, path)
        os.makedirs(os.path.dirname(destination), exist_ok=True)
        with archive.open(name) as source, open(destination, "wb") as out:
            shutil.copyfileobj(source, out, 1 << 20)
