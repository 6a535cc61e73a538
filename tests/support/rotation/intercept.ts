import { parseJson, stringifyJson } from "incountry-storage/protocol";
import { array, type InferOutput, object, parse, record, string, unknown } from "valibot";

/** A request to the PoP. */
export interface PopCall {
  /** The last segment of its path: `find`, `batchWrite`, the hash of a record key. */
  readonly operation: string;
  readonly body: unknown;
}

/** Handles a request: `forward` sends it to the PoP, unchanged or with another body. */
export type Interceptor = (call: PopCall, forward: (body?: unknown) => Promise<Response>) => Promise<Response>;

/** A `fetch` in which a test intercepts the requests between a client and the PoP. */
export function intercept(interceptor: Interceptor): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const text = await request.text();
    const { url, method, headers, signal } = request;
    return interceptor(
      { operation: url.split("/").at(-1) ?? "", body: text === "" ? undefined : parseJson(text) },
      (body) =>
        fetch(url, {
          method,
          headers,
          signal,
          ...(text === "" ? {} : { body: body === undefined ? text : stringifyJson(body) }),
        }),
    );
  };
}

const batch = object({ records: array(record(string(), unknown())) });
const page = object({ meta: unknown(), data: array(record(string(), unknown())) });

export const batchOf = ({ body }: PopCall): InferOutput<typeof batch> => parse(batch, body);

/** The header in which a PoP announces its features. */
const announcement = "x-pop-features";

/** The same response from a PoP that announces nothing. */
export async function unannounced(response: Response): Promise<Response> {
  return new Response(await response.text(), { status: response.status });
}

/** The response of `find` with changed records. */
export async function editPage(
  response: Response,
  edit: (record: Record<string, unknown>) => Record<string, unknown>,
): Promise<Response> {
  const { meta, data } = parse(page, parseJson(await response.text()));
  const features = response.headers.get(announcement);
  const headers: Record<string, string> = features === null ? {} : { [announcement]: features };
  return new Response(stringifyJson({ meta, data: data.map(edit) }), { status: response.status, headers });
}

/** An error response in the form of PROTOCOL.md, section 6. */
export function errorResponse(status: number, sources: readonly string[], detail = "It is refused."): Response {
  return Response.json({ errors: sources.map((source) => ({ status, title: "Refused", detail, source })) }, { status });
}

/** The records of a batch without a field. */
export function withoutField(call: PopCall, name: string): { records: Record<string, unknown>[] } {
  return { records: batchOf(call).records.map((record) => omit(record, name)) };
}

export function omit(record: Readonly<Record<string, unknown>>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([field]) => field !== name));
}
