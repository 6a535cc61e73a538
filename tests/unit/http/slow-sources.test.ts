import { request as ask, createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { inject, it } from "vitest";
import { attaching, attachingTo, expectBytes } from "../../support/attachments/attaching.ts";
import { patternBytes } from "../../support/attachments/pattern-bytes.ts";
import { deferred } from "../../support/runtimes/deferred.ts";

const bytes = patternBytes(1000);

/** Forwards requests to the PoP, and reports when a request's head arrives. */
async function proxy(onRequest: () => void) {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    onRequest();
    const { method, headers, url } = request;
    const onward = ask(`${inject("pop").url}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("A TCP server has a port.");
  return { endpoint: `http://127.0.0.1:${address.port}`, close: () => server.close().closeAllConnections() };
}

// A server closes a connection that is idle for a few seconds, which would lose the upload.
it.each([false, true])("an upload starts before its stream yields the first byte (encrypt: %s)", async (encrypt) => {
  const { recordKey } = await attaching();
  const begun = deferred();
  const { endpoint, close } = await proxy(begun.resolve);
  async function* slow() {
    await begun.promise;
    yield bytes;
  }
  try {
    const { fileId } = await attachingTo(recordKey, { endpoint }).add({ file: slow(), encrypt });
    await expectBytes(attachingTo(recordKey).bytes(fileId), bytes);
  } finally {
    close();
  }
});
