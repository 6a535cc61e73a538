/** The errors, loaded once more: as where an application has two copies of the package. */
declare module "*/src/errors.ts?copy" {
  export * from "incountry-storage";
}
