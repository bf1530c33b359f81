/** Graphics adapters in software, for machines without a graphics processor: Vulkan drivers out of Debian packages. */
const fs = require("node:fs");
const path = require("node:path");
const { fetchOnce, multiarch, unpackAlone, unpackWithDependencies } = require("../backends/debian.cjs");
const { Failure } = require("../backends/steps.cjs");

/** The Vulkan loader's description of a driver, by its absolute path. */
function writeDriverFile(folder, library) {
  const file = path.join(folder, "driver.json");
  fs.writeFileSync(
    file,
    JSON.stringify({ file_format_version: "1.0.0", ICD: { library_path: library, api_version: "1.1.0" } }),
  );
  return file;
}

/** What a process needs in its environment so that Dawn finds this driver and no other. */
function environment(folder, driver, libraries) {
  const inherited = process.env.LD_LIBRARY_PATH ? [process.env.LD_LIBRARY_PATH] : [];
  return {
    VK_ICD_FILENAMES: writeDriverFile(folder, driver),
    LD_LIBRARY_PATH: [...libraries, ...inherited].join(":"),
    MESA_SHADER_CACHE_DIR: path.join(folder, "shaders"), // compiling them takes most of the time
  };
}

const wayOut = "use --adapter own with a GPU driver";

const adapters = {
  /**
   * Mesa's, some ten times faster than SwiftShader here. Debian 12's own Mesa 22.3 is too old for Dawn, which wants
   * dynamic indexing of uniform arrays; backports have 25.0.
   */
  lavapipe(folder) {
    fetchOnce(folder, "lavapipe (mesa-vulkan-drivers) with what it needs", (into) =>
      unpackWithDependencies(["mesa-vulkan-drivers"], into, { backports: true, wayOut }),
    );
    const libraries = path.join(folder, "usr", "lib", multiarch);
    const driver = path.join(libraries, "libvulkan_lvp.so");
    if (!fs.existsSync(driver)) throw new Failure(`mesa-vulkan-drivers holds no ${driver}`);
    return environment(folder, driver, [libraries]);
  },
  /** Chromium's; the package holds a Vulkan loader too. */
  swiftshader(folder) {
    fetchOnce(folder, "SwiftShader (chromium-common)", (into) => unpackAlone("chromium-common", into, { wayOut }));
    const libraries = path.join(folder, "usr", "lib", "chromium");
    return environment(folder, path.join(libraries, "libvk_swiftshader.so"), [libraries]);
  },
  /** Whatever Vulkan, Metal or Direct3D 12 driver the machine has. */
  own: () => ({}),
};

module.exports = { adapters };
