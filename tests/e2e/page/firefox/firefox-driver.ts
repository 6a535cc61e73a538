import { object, parse, string } from "valibot";
import { FirefoxSession } from "../../../support/runtimes/firefox-session.ts";
import type { Driver } from "../person.ts";

const evaluatedSchema = object({ result: object({ value: string() }) });
const screenshotSchema = object({ data: string() });

/** Firefox, driven by WebDriver BiDi. */
export async function driveFirefox(binary: string): Promise<Driver> {
  const session = await FirefoxSession.start(binary);
  const context = await session.openTab();
  await session.command("browsingContext.setViewport", { context, viewport: { width: 1280, height: 800 } });
  return {
    open: async (url) => {
      await session.command("browsingContext.navigate", { context, url, wait: "complete" });
    },
    evaluate: async (expression) => {
      const target = { target: { context }, awaitPromise: true };
      return parse(evaluatedSchema, await session.command("script.evaluate", { expression, ...target })).result.value;
    },
    perform: async (actions) => {
      await session.command("input.performActions", { context, actions });
    },
    screenshot: async () =>
      parse(
        screenshotSchema,
        await session.command("browsingContext.captureScreenshot", { context, origin: "document" }),
      ).data,
    close: () => session.close(),
  };
}
