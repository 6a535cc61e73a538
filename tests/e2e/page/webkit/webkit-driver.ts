import { parse, string } from "valibot";
import { type WebkitPrograms, WebkitSession } from "../../../support/runtimes/webkit-session.ts";
import type { Driver } from "../person.ts";

/** The time in milliseconds in which WebKitWebDriver responds, if it does at all. */
const timeout = 60_000;

/**
 * True for the error of a command that WebKitWebDriver lost: on a busy machine it occasionally never responds to one.
 */
export function isSilence(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}

/** WebKitGTK, driven by WebDriver; without screenshots, which occasionally hang. */
export async function driveWebkit(programs: WebkitPrograms): Promise<Driver> {
  const session = await WebkitSession.start(programs);
  const command = (method: string, path: string, body?: object): Promise<unknown> =>
    session.command(method, path, body, AbortSignal.timeout(timeout));
  await command("POST", "/window/rect", { x: 0, y: 0, width: 1280, height: 800 });
  return {
    open: async (url) => {
      await command("POST", "/url", { url });
    },
    evaluate: async (expression) =>
      parse(string(), await command("POST", "/execute/sync", { script: `return ${expression}`, args: [] })),
    perform: async (actions) => {
      await command("POST", "/actions", { actions });
    },
    close: () => session.close(),
  };
}
