/** The public surface of kernel-utils: what notebooks and other programs import by name. */
export { CourseError, type ErrorCode } from "./errors";
export * from "./objectives";
export * from "./tensor";
