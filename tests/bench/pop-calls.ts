/** A JSON request to a PoP, as a plain client sends it. */
export interface PopAccess {
  readonly fetch: typeof fetch;
  readonly client: { readonly endpoint: string; readonly environmentId: string; readonly apiKey: string };
}

export async function call({ fetch, client }: PopAccess, path: string, body: string): Promise<string> {
  const response = await fetch(`${client.endpoint}/v2/storage/records/${path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${client.apiKey}`,
      "x-env-id": client.environmentId,
      "content-type": "application/json",
    },
    body,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}
