/** The public surface of kernel-utils: what notebooks and other programs import by name. */
export * from "./course";
export * from "./data";
export * from "./derivation";
export { CourseError, type ErrorCode } from "./errors";
export * from "./evaluation";
export * from "./exact";
export * from "./exercise";
export * from "./model";
export * from "./notebook";
export * from "./objectives";
export * from "./tensor";
export * from "./text";
export * from "./training";
export * from "./world";
