declare module "virtual:snippets" {
  /** By document: runs its snippets against a PoP. */
  export const documents: Readonly<
    Record<string, (pop: import("../../support/runtimes/environments.ts").PopAccess) => Promise<void>>
  >;
}
