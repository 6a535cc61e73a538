import { invalidAttachment } from "./input.ts";
import { beginsSealed, magicLength } from "./sealed/layout.ts";
import type { Source } from "./source.ts";
import { ByteReader, type Chunks } from "./streams.ts";

/**
 * A file that is to be sent as it is. One that begins as sealed files do is refused, since it would be refused when it is read:
 * at once where it can be looked into, else while it is sent.
 *
 * @throws InputValidationError
 */
export async function unsealedSource(source: Source, signal: AbortSignal): Promise<Source> {
  const open = (signal: AbortSignal): Chunks => refusingSealed(source.open(signal));
  if (source.replayable) {
    const chunks = open(signal)[Symbol.asyncIterator]();
    await chunks.next();
    await chunks.return?.();
  }
  return { ...source, open };
}

async function* refusingSealed(chunks: Chunks): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new ByteReader(chunks);
  try {
    if (beginsSealed(await reader.peek(magicLength))) {
      throw invalidAttachment(
        "file",
        "begins as sealed files do, and could not be told from one when it is read: add it with encrypt: true, or packed",
      );
    }
    yield* reader.rest();
  } finally {
    await reader.stop();
  }
}
