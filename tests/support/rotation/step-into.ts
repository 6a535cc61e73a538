import { parseJson, stringifyJson } from "incountry-storage/protocol";
import { array, type InferOutput, object, parse, record, string, unknown } from "valibot";

/** A call on its way to the PoP. */
export interface PopCall {
  /** The last part of its path: `find`, `batchWrite`, the hash of a record key. */
  readonly operation: string;
  readonly body: unknown;
}

/** What happens to a call: `forward` sends it to the PoP, as it is or with another body. */
export type Step = (call: PopCall, forward: (body?: unknown) => Promise<Response>) => Promise<Response>;

/** A `fetch` on which a test steps in between a client and the PoP. */
export function stepInto(step: Step): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const text = await request.text();
    const { url, method, headers, signal } = request;
    return step({ operation: url.split("/").at(-1) ?? "", body: text === "" ? undefined : parseJson(text) }, (body) =>
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

/** The header in which a PoP announces what it supports. */
const announcement = "x-pop-features";

/** The same response of a PoP that announces nothing. */
export async function unannounced(response: Response): Promise<Response> {
  return new Response(await response.text(), { status: response.status });
}

/** The response of `find`, with its records changed. */
export async function editPage(
  response: Response,
  edit: (record: Record<string, unknown>) => Record<string, unknown>,
): Promise<Response> {
  const { meta, data } = parse(page, parseJson(await response.text()));
  const features = response.headers.get(announcement);
  const headers: Record<string, string> = features === null ? {} : { [announcement]: features };
  return new Response(stringifyJson({ meta, data: data.map(edit) }), { status: response.status, headers });
}

/** An answer that refuses, as PoPs refuse (PROTOCOL.md, section 6). */
export function refusal(status: number, sources: readonly string[], detail = "It is refused."): Response {
  return Response.json({ errors: sources.map((source) => ({ status, title: "Refused", detail, source })) }, { status });
}

/** The records of a batch without a field. */
export function withoutField(call: PopCall, name: string): { records: Record<string, unknown>[] } {
  return { records: batchOf(call).records.map((record) => omit(record, name)) };
}

export function omit(record: Readonly<Record<string, unknown>>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([field]) => field !== name));
}
