import { parse, string } from "valibot";
import { type WebkitPrograms, WebkitSession } from "../../runtimes/webkit-session.ts";
import type { Driver } from "../person.ts";

/** WebKitGTK, driven by WebDriver. */
export async function driveWebkit(programs: WebkitPrograms): Promise<Driver> {
  const session = await WebkitSession.start(programs);
  await session.command("POST", "/window/rect", { x: 0, y: 0, width: 1280, height: 800 });
  return {
    open: async (url) => {
      await session.command("POST", "/url", { url });
    },
    evaluate: async (expression) =>
      parse(string(), await session.command("POST", "/execute/sync", { script: `return ${expression}`, args: [] })),
    perform: async (actions) => {
      await session.command("POST", "/actions", { actions });
    },
    screenshot: async () => parse(string(), await session.command("GET", "/screenshot")),
    close: () => session.close(),
  };
}
