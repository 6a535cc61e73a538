import type { Logger } from "incountry-storage";
import { describe, expect, it, vi } from "vitest";
import { isPage } from "../support/faults/engine.ts";
import { faultStorage } from "../support/faults/fault-storage.ts";
import { scripted } from "../support/faults/scripted.ts";
import { clientCredentials, emptyPage, token } from "../support/http/credentials.ts";

function warningsTo(write: ReturnType<typeof vi.fn<Logger["write"]>>): string[] {
  return write.mock.calls.filter(([level]) => level === "warn").map(([, message]) => message);
}

describe("a client secret", () => {
  it(`is ${isPage ? "warned about once, since every visitor of a page can read it" : "accepted without a warning"}`, async () => {
    const { oauth } = await clientCredentials(token("t"));
    const write = vi.fn<Logger["write"]>();
    const storage = faultStorage(await scripted(emptyPage), { oauth, logger: { write } });
    for (let call = 0; call < 3; call += 1) await storage.find("de");
    const warnings = warningsTo(write);
    expect(warnings).toHaveLength(isPage ? 1 : 0);
    for (const warning of warnings) {
      expect(warning).toContain("A client secret in a browser can be read by every user of the page");
      expect(warning).not.toContain(oauth.clientSecret);
    }
  });

  it("is the only credential with a warning", async () => {
    const write = vi.fn<Logger["write"]>();
    const options = { logger: { write } };
    const server = await scripted(emptyPage);
    await faultStorage(server, options).find("de");
    await faultStorage(server, { ...options, oauth: { token: () => "t" } }).find("de");
    expect(warningsTo(write)).toStrictEqual([]);
  });

  it("has no warning without a logger", async () => {
    const { oauth } = await clientCredentials(token("t"));
    const warn = vi.spyOn(console, "warn");
    await faultStorage(await scripted(emptyPage), { oauth }).find("de");
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});
