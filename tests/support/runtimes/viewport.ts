import type { TestProject } from "vitest/node";

declare module "vitest/internal/browser" {
  interface BrowserCommands {
    __vitest_viewport: (size: { width: number; height: number }) => Promise<void>;
  }
}

/** Vitest asks every provider to size its window before a file runs. These tests draw nothing, so any size will do. */
export function acceptViewport(project: TestProject): void {
  project.browser?.registerCommand("__vitest_viewport", async () => undefined);
}
