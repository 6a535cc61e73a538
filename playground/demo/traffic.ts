/** Bytes of request and response bodies, without headers. */
export interface Traffic {
  readonly sent: number;
  readonly received: number;
}

export interface MeteredFetch {
  readonly fetch: typeof globalThis.fetch;
  /** Returns the bytes so far. */
  readonly traffic: () => Traffic;
}

/** Creates a `fetch` that counts the bytes of bodies. */
export function meteredFetch(): MeteredFetch {
  let sent = 0;
  let received = 0;
  return {
    async fetch(input, init) {
      const request = new Request(input, init);
      sent += await bodyLength(request);
      const response = await fetch(request);
      received += await bodyLength(response);
      return response;
    },
    traffic: () => ({ sent, received }),
  };
}

async function bodyLength(message: Request | Response): Promise<number> {
  if (message.body === null) return 0;
  const copy = await message.clone().arrayBuffer();
  return copy.byteLength;
}
