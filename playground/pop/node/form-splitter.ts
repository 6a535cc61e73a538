import { Dicer } from "@fastify/busboy";
import * as v from "valibot";
import type { FormSplitter, FormTarget } from "../multipart.ts";

const headersSchema = v.record(v.string(), v.array(v.string()));

/** Cuts a form into its parts as it comes in (RFC 7578). */
export function splitForm(boundary: string, target: FormTarget): FormSplitter {
  const dicer = new Dicer({ boundary });
  let complete = true;
  const over = new Promise<void>((resolve) => {
    dicer.once("finish", resolve);
    dicer.once("error", () => {
      complete = false;
      resolve();
    });
  });
  dicer.on("part", (part) => {
    part.once("header", (headers) => target.part(decoded(v.parse(headersSchema, { ...headers }))));
    part.on("data", (bytes: Buffer) => target.bytes(bytes));
    // The splitter itself tells that a part broke off.
    part.on("error", () => {});
  });
  return {
    write: (bytes) => {
      const written = new Promise<void>((resolve) => {
        dicer.write(bytes, () => resolve());
      });
      // A write that holds the form's end is not always called back: the end of the form is then all that is told.
      return Promise.race([written, over]);
    },
    end: async () => {
      dicer.end();
      await over;
      return complete;
    },
  };
}

/** The parser gives a header's bytes as characters; senders mean UTF-8. */
function decoded(headers: Record<string, string[]>): Map<string, string> {
  return new Map(
    Object.entries(headers).map(([name, [value = ""]]) => [name, Buffer.from(value, "latin1").toString("utf8")]),
  );
}
