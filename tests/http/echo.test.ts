import { expect, it } from "vitest";
import { faultStorage, rejection } from "../faults/fault-storage.ts";
import { jsonAnswer } from "../faults/script.ts";
import { scripted } from "../faults/scripted.ts";

it("a server that repeats what was sent, and is alike all over, holds nobody up", async () => {
  const blank = " ".repeat(600);
  const errors = [{ status: "400", title: blank, detail: `${blank}all of it` }];
  const storage = faultStorage(await scripted(jsonAnswer({ errors }, { status: "400 Bad Request" })), {
    encrypt: false,
  });
  const error = await rejection(storage.write("de", { recordKey: "r", body: " ".repeat(1_000_000) }));
  expect(error).toMatchObject({ name: "StorageServerError", errors: [{ title: "…", detail: "…all of it" }] });
});
