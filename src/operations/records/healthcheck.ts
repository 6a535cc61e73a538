import { isStorageError, StorageAuthenticationError, StorageNetworkError, StorageServerError } from "../../errors.ts";
import { isSuccess } from "../../http/transport.ts";
import { checkInput, run, type StorageContext } from "../context.ts";

/** `Storage.healthcheck`: whether the PoP of a country answers, and well. */
export async function healthcheck(
  context: StorageContext,
  input: { country: unknown; request: unknown },
): Promise<{ result: boolean }> {
  const { country: countrySchema, request: requestSchema } = context.schemas;
  const { country, request } = checkInput("healthcheck", { country: countrySchema, request: requestSchema }, input);
  return run(request, async () => {
    const call = {
      operation: "healthcheck",
      country,
      method: "GET",
      path: "/healthcheck",
      request,
      impatient: true,
    } as const;
    // What fails before the PoP is asked says nothing of the PoP.
    const destination = await context.pop.destinationOf(call);
    await context.pop.tokenFor(destination, request.signal);
    try {
      const { answer } = await context.pop.call(call);
      return { result: isSuccess(answer.status) };
    } catch (error) {
      if (wasAnswered(error)) return { result: false };
      throw error;
    }
  });
}

/** The PoP answered, with a redirect, whose status a page may not see, or with 401 in spite of a fresh token. */
function wasAnswered(error: unknown): boolean {
  const answered = error instanceof StorageAuthenticationError && isStorageError(error.cause) ? error.cause : error;
  return answered instanceof StorageServerError && !(answered instanceof StorageNetworkError);
}
