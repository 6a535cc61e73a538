/** Prints the request of a Storage without explicit credentials, or the error of its creation. */
import { isStorageError, Storage } from "../../../../src/index.ts";

const sent: { url: string; authorization: string | null; environmentId: string | null }[] = [];

const responses: typeof fetch = async (input, init) => {
  const { url, headers } = new Request(input, init);
  sent.push({ url, authorization: headers.get("authorization"), environmentId: headers.get("x-env-id") });
  if (url.endsWith("/token")) return Response.json({ access_token: "a-token", expires_in: 3600 });
  return Response.json({ meta: { count: 0, limit: 100, offset: 0, total: 0 }, data: [] });
};

try {
  await new Storage({ encrypt: false, fetch: responses }).find("de");
  console.log(JSON.stringify(sent));
} catch (error) {
  console.log(isStorageError(error) ? `${error.name}: ${error.message}` : String(error));
}
