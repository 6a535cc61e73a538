import { invalidAttachment } from "./input.ts";
import { beginsSealed, magicLength } from "./sealed/layout.ts";
import type { Source } from "./source.ts";
import { ByteReader, type Chunks } from "./streams.ts";

/**
 * Prepares a file to be sent without encryption. Refuses one that begins like a sealed file, since it would be refused
 * when it is read: at once if the source can be read twice, otherwise while it is sent.
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
      throw invalidAttachment("file", "begins like a sealed file: set encrypt to true, or compress it first");
    }
    yield* reader.rest();
  } finally {
    await reader.stop();
  }
}
