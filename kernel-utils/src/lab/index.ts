/** JupyterLab on the course: its installation in the project, its process, and where it opens. */
export { prepareEnvironment } from "./environment";
export { existingJupyter, projectJupyter } from "./jupyter";
export { choosePort } from "./port";
export { serve } from "./serve";
export { LabServer } from "./server";
export { startPage } from "./startPage";
