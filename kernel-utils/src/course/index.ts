/** The course's own models: how they are trained, measured, and where trained ones are kept. */
export { type CourseModel, type CourseModelOptions, courseModel } from "./courseModel";
export { measureStages, type StageMeasurement } from "./measureStages";
export { recipe, type Stage, stages } from "./recipe";
