import type { TestProject } from "vitest/node";
import { startPlayground } from "./playground.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The playground that the files of tests/e2e/page/ share, in sequence. */
    playgroundUrl: string;
  }
}

/** Starts one playground for all files, since building its page and opening its database takes seconds. */
export default async function providePlayground(project: TestProject): Promise<() => Promise<void>> {
  const playground = await startPlayground();
  project.provide("playgroundUrl", playground.url);
  return () => playground.close();
}
