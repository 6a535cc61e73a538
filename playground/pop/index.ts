/**
 * An embedded point of presence (PoP): for demos, tests and development.
 *
 * @module
 */
export type { Country } from "./countries.ts";
export { createPop } from "./create-pop.ts";
export { defaultEnvironment, type Environment } from "./environments.ts";
export type { Pop, PopClient, PopOptions } from "./pop.ts";
export { type PopServer, type PopServerOptions, startPop } from "./start-pop.ts";
export { UsageError } from "./usage-error.ts";
