/** Changes the bytes of a file. */
export type Change = (file: Uint8Array) => Uint8Array<ArrayBuffer>;

/** Not through `new Request`, which would consume its body. */
export function methodOf(input: RequestInfo | URL, init?: RequestInit): string {
  return input instanceof Request ? input.method : (init?.method ?? "GET");
}

export function urlOf(input: RequestInfo | URL): string {
  return input instanceof Request ? input.url : input.toString();
}

const filePath = /\/attachments\/[^/]+$/;
const metaPath = /\/attachments(?:\/[^/]+\/meta)?$/;

/** A `fetch` to the PoP that changes the bytes of files in its responses, or requests others. */
export function changingFiles(
  change: Change = (file) => new Uint8Array(file),
  lead: (url: string) => string = (url) => url,
  { metaToo = false, meta = {} }: { metaToo?: boolean; meta?: Readonly<Record<string, unknown>> } = {},
): typeof fetch {
  const metadata = changingMeta(meta);
  return async (input, init) => {
    const request = new Request(input, init);
    if (metaToo && metaPath.test(request.url)) return metadata(lead(request.url), sameRequest(request));
    if (!filePath.test(request.url)) return fetch(request);
    const response = await fetch(lead(request.url), sameRequest(request));
    if (!response.ok) return response;
    const file = change(new Uint8Array(await response.arrayBuffer()));
    const headers = new Headers(response.headers);
    headers.set("content-length", String(file.length));
    return new Response(file, { status: response.status, headers });
  };
}

/** A `fetch` to the PoP that changes the metadata of files. */
export function changingMeta(change: Readonly<Record<string, unknown>>): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (!metaPath.test(new URL(response.url).pathname)) return response;
    const meta: unknown = await response.json();
    const known = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    return Response.json({ ...(typeof meta === "object" ? meta : {}), ...known }, { status: response.status });
  };
}

function sameRequest({ method, headers, signal }: Request): RequestInit {
  return { method, headers, signal };
}
