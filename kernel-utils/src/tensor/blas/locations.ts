import { existsSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { projectRoot } from "../../projectRoot";
import type { BlasKind, BlasLocation } from "./library";

const openBlas = (file: string): BlasLocation => ({ file, kind: "OpenBLAS", prefix: "" });

/** Names that the system's own loader knows where to find, best first. */
const systemLibraries: Partial<Record<NodeJS.Platform, BlasLocation[]>> = {
  darwin: [
    { file: "/System/Library/Frameworks/Accelerate.framework/Accelerate", kind: "Accelerate", prefix: "" },
    openBlas("/opt/homebrew/opt/openblas/lib/libopenblas.dylib"),
    openBlas("/usr/local/opt/openblas/lib/libopenblas.dylib"),
  ],
  linux: [
    { file: "libmkl_rt.so.2", kind: "MKL", prefix: "" },
    { file: "libmkl_rt.so", kind: "MKL", prefix: "" },
    openBlas("libopenblas.so.0"),
    openBlas("libopenblas.so"),
  ],
  win32: [{ file: "mkl_rt.2.dll", kind: "MKL", prefix: "" }, openBlas("libopenblas.dll")],
};

/** The folder of this project's virtual environment, where `align accelerate` puts SciPy's build of OpenBLAS. */
export const environmentFolder = ".venv";

const entriesOf = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

/** SciPy's build of OpenBLAS (the wheel scipy-openblas32) in a virtual environment: `prefix` marks its names. */
export function wheelLibraries(environment: string): BlasLocation[] {
  const packages = [
    path.join(environment, "Lib", "site-packages"),
    ...entriesOf(path.join(environment, "lib")).map((name) => path.join(environment, "lib", name, "site-packages")),
  ];
  return packages.flatMap((folder) => {
    const library = path.join(folder, "scipy_openblas32", "lib");
    return entriesOf(library)
      .filter((name) => /^libscipy_openblas.*\.(so|dylib|dll)$/.test(name))
      .map((name): BlasLocation => ({ file: path.join(library, name), kind: "OpenBLAS", prefix: "scipy_" }));
  });
}

/** That folder; below where the program runs, where that is in no project. */
export const projectEnvironment = (): string => path.join(projectRoot() ?? process.cwd(), environmentFolder);

/** What the name of a file says about the library in it. */
export function locate(file: string): BlasLocation {
  const name = path.basename(file).toLowerCase();
  const kind: BlasKind = name.includes("accelerate") ? "Accelerate" : name.includes("mkl") ? "MKL" : "OpenBLAS";
  return { file, kind, prefix: name.includes("scipy_openblas") ? "scipy_" : "" };
}

/** Every place to look, best first: what the project installed for itself, then what the system has. */
export function blasLocations(): BlasLocation[] {
  const system = (systemLibraries[process.platform] ?? []).filter(
    ({ file }) => !path.isAbsolute(file) || file.includes(".framework") || existsSync(file),
  );
  return [...wheelLibraries(projectEnvironment()), ...system];
}
