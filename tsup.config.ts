import { defineConfig } from "tsup";
import playground from "./playground/package.json" with { type: "json" };
import { writeDatabaseTemplate } from "./playground/pop/node/database-template.ts";

export default defineConfig([
  {
    name: "incountry-storage",
    // A chunk for each part that can be used alone, so that a bundler can omit the others entirely.
    entry: {
      index: "src/index.ts",
      records: "src/records-entry.ts",
      protocol: "src/protocol.ts",
      errors: "src/errors.ts",
      storage: "src/storage.ts",
      "record-storage": "src/record-storage.ts",
    },
    outDir: "dist",
    format: "esm",
    splitting: true,
    target: "es2022",
    platform: "neutral",
    removeNodeProtocol: false,
    dts: { entry: { index: "src/index.ts", records: "src/records-entry.ts", protocol: "src/protocol.ts" } },
    clean: true,
    treeshake: true,
    sourcemap: true,
  },
  {
    name: "incountry-playground",
    entry: { index: "playground/pop/index.ts", command: "playground/pop/command.ts" },
    outDir: "playground/dist",
    tsconfig: "playground/tsconfig.json",
    format: "esm",
    target: "node20",
    platform: "node",
    removeNodeProtocol: false,
    dts: { entry: { index: "playground/pop/index.ts" } },
    clean: true,
    treeshake: true,
    sourcemap: true,
    onSuccess: writeDatabaseTemplate,
    // tsup externalizes the dependencies of the root package. These are the workspace's own; incountry-storage/protocol
    // is bundled, so that the package installs by itself.
    external: Object.keys(playground.dependencies).map((name) => new RegExp(`^${name}(/|$)`)),
  },
]);
