import { fileURLToPath } from "node:url";
import { build } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Builds the page into a folder. */
export async function buildPage(folder: string): Promise<void> {
  await build({
    root: here("../web"),
    configFile: false,
    logLevel: "warn",
    resolve: {
      alias: {
        "incountry-storage/protocol": here("../../src/protocol.ts"),
        "incountry-storage": here("../../src/index.ts"),
      },
    },
    build: {
      outDir: folder,
      emptyOutDir: true,
      // The first versions with light-dark(), which the styles use.
      target: ["es2023", "chrome123", "firefox120", "safari17.5"],
      // The content security policy blocks data: URLs.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  });
}
