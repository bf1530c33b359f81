/** JupyterLab on the course: its installation in the project, its process, and where it opens. */
export { type Environment, environmentFolder, prepareEnvironment } from "./environment";
export { existingJupyter, type Jupyter, projectJupyter } from "./jupyter";
export { choosePort } from "./port";
export { findPython } from "./python";
export { LabServer } from "./server";
export { startPage } from "./startPage";
