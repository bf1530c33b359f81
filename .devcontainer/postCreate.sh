#!/usr/bin/env bash
# Once, when the container has been made: packages, the build, JupyterLab and the kernel. Then `npm run lab`, or a notebook
# in the editor with the kernel "TypeScript (alignment)".
set -euo pipefail
cd "$(dirname "$0")/.."

# The image's Python may lack the module that makes virtual environments (Debian keeps it apart).
if ! python3 -c "import venv, ensurepip" 2>/dev/null; then
  sudo apt-get update
  sudo apt-get install --yes --no-install-recommends python3 python3-venv
fi

npm ci
npm run build
npx align lab --install-only
