/** The errors, loaded a second time, as in an application with two copies of the package. */
declare module "*/src/errors.ts?copy" {
  export * from "incountry-storage";
}
