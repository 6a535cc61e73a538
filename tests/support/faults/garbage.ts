import { isWebKit } from "./engine.ts";

/** Makes WebKit collect garbage; it then forgets the signal of a `Request` that nothing refers to any more. */
export async function makeGarbage(): Promise<void> {
  if (!isWebKit) return;
  for (let round = 0; round < 20; round += 1) {
    Array.from({ length: 200_000 }, (_, index) => ({ index }));
    // Lets the collector run.
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
