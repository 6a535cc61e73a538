import { expect, it } from "vitest";
import { faultStorage, rejection } from "../faults/fault-storage.ts";
import { jsonAnswer } from "../faults/script.ts";
import { scripted } from "../faults/scripted.ts";

it.each(["2:4111111111111111", "1:SecretName", "2:short="])(
  "a server that repeats a key that goes as it is, and begins like a ciphertext, does not bring it into an error: %s",
  async (key1) => {
    const errors = [{ status: "400", title: "Refused", detail: `no ${key1} here` }];
    const server = await scripted(jsonAnswer({ errors }, { status: "400 Bad Request" }));
    const error = await rejection(
      faultStorage(server, { hashSearchKeys: false }).write("de", { recordKey: "r", key1 }),
    );
    expect(error).toMatchObject({ name: "StorageServerError", errors: [{ detail: "no … here" }] });
  },
);

it("a server that repeats what was sent, and is alike all over, holds nobody up", async () => {
  const blank = " ".repeat(600);
  const errors = [{ status: "400", title: blank, detail: `${blank}all of it` }];
  const storage = faultStorage(await scripted(jsonAnswer({ errors }, { status: "400 Bad Request" })), {
    encrypt: false,
  });
  const error = await rejection(storage.write("de", { recordKey: "r", body: " ".repeat(1_000_000) }));
  expect(error).toMatchObject({ name: "StorageServerError", errors: [{ title: "…", detail: "…all of it" }] });
});
