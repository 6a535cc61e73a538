import { delay, SignalLinks } from "../async/abort.ts";
import { StorageAuthenticationError, StorageNetworkError } from "../errors.ts";
import type { Log } from "../logging.ts";
import type { CallOptions } from "../request-options.ts";
import { loggedAttempt, type MakeAttempt } from "./attempt.ts";
import { errorResponse } from "./error-response.ts";
import { type Destination, type HostOptions, Hosts } from "./hosts.ts";
import { type JsonExchange, sendJsonOnce } from "./json-request.ts";
import { type JsonResponse, jsonOf } from "./json-response.ts";
import type { HttpResponse, Method } from "./response.ts";
import { responseLimits } from "./response-limits.ts";
import { mayBeCarriedOut, RetryBudget, type RetryPolicy, retryDelay } from "./retry-policy.ts";
import { SharedRequests } from "./shared-requests.ts";
import { type Credentials, type SharedRequest, Tokens } from "./tokens.ts";

export interface SenderOptions {
  readonly environmentId: string;
  readonly credentials: Credentials;
  readonly hosts: HostOptions;
  readonly retry: RetryPolicy;
  readonly log: Log;
  readonly fetch: typeof fetch;
}

/** A request to the PoP of a country, which may take several attempts. */
export interface PopRequest {
  /** The name of the method of Storage, for logs and messages. */
  readonly operation: string;
  readonly country: string;
  readonly method: Method;
  /** Follows the host: `/v2/storage/records/de`. */
  readonly path: string;
  readonly request: CallOptions;
  /** Retry if the outcome is unknown. @default true */
  readonly idempotent?: boolean;
  /** False if the body can be read only once. @default true */
  readonly replayable?: boolean;
  /** Return a 429 or 503 instead of retrying. @default false */
  readonly noRetry?: boolean;
}

interface WithResponse {
  readonly response: HttpResponse;
}

/** The result of a request. */
export type Sent<Received> = Received & {
  /** True if an earlier attempt may have been carried out, although it got no response from the PoP. */
  readonly retriedAfterNetworkError: boolean;
};

interface Exchange extends Pick<PopRequest, "operation" | "method" | "idempotent" | "replayable" | "noRetry"> {
  readonly country?: string;
  readonly request: CallOptions;
  readonly url: string;
  readonly headers: () => Record<string, string>;
  /** Called for a 401: throws, or prepares another attempt. */
  readonly onUnauthorized?: (response: HttpResponse) => Promise<void>;
}

/** Sends requests to PoPs: finds the host, authorizes, retries and logs. */
export class RequestSender {
  readonly #options: SenderOptions;
  readonly #hosts: Hosts;
  readonly #tokens: Tokens;
  readonly #links = new SignalLinks();
  readonly #shared = { countries: new SharedRequests(), token: new SharedRequests() } as const;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#hosts = new Hosts(options.hosts, (url) =>
      this.#fetchShared("countries", { method: "GET", url, headers: {} }),
    );
    this.#tokens = new Tokens(options.credentials, options.environmentId, (request) =>
      this.#fetchShared("token", request),
    );
  }

  get retry(): RetryPolicy {
    return this.#options.retry;
  }

  /**
   * Sends a request with a JSON body, or none, and returns a response of any status but 401.
   *
   * @throws StorageAuthenticationError, StorageNetworkError, StorageResidencyError, and the reason of the signal.
   */
  async sendJson(call: PopRequest & JsonExchange): Promise<Sent<JsonResponse>> {
    const type: Record<string, string> = call.body === undefined ? {} : { "content-type": "application/json" };
    return this.send(call, (attempt) => sendJsonOnce({ ...attempt, headers: { ...attempt.headers, ...type } }, call));
  }

  /** Sends a request in attempts of any kind. Throws as `sendJson` does. */
  async send<Received extends WithResponse>(
    call: PopRequest,
    makeAttempt: MakeAttempt<Received>,
  ): Promise<Sent<Received>> {
    const { operation, request } = call;
    const { signal } = request;
    signal.throwIfAborted();
    const { destination, token: first } = await this.prepare(call);
    let token = first;
    let renewed = false;
    const callerHeaders: Record<string, string> = request.headers ?? {};
    const exchange: Exchange = {
      ...call,
      url: `${destination.host}${call.path}`,
      headers: () => ({
        ...callerHeaders,
        authorization: `Bearer ${token}`,
        "x-env-id": this.#options.environmentId,
      }),
      onUnauthorized: async (response) => {
        if (renewed || call.replayable === false || !this.#tokens.renewable) throw unauthorized(response, operation);
        renewed = true;
        await this.#tokens.drop(destination, token);
        token = await this.#tokenFor(destination, signal);
      },
    };
    return this.#attempt(exchange, makeAttempt);
  }

  /** Finds the host of a country and fetches a token for it. */
  async prepare({ country, request: { signal } }: Pick<PopRequest, "country" | "request">): Promise<{
    readonly destination: Destination;
    readonly token: string;
  }> {
    const find = (): Promise<Destination> => this.#hosts.destinationOf(country);
    const destination = await this.#shared.countries.wait(find, signal);
    return { destination, token: await this.#tokenFor(destination, signal) };
  }

  #tokenFor(destination: Destination, signal: AbortSignal): Promise<string> {
    return this.#shared.token.wait(() => this.#tokens.tokenFor(destination), signal);
  }

  /** Sends a request that several calls wait for. A cancelled call must not cancel it for the others. */
  #fetchShared(operation: "token" | "countries", { body, headers, ...about }: SharedRequest): Promise<JsonResponse> {
    // One listener for all requests of a kind.
    const { signal, release } = this.#links.to(this.#shared[operation].signal);
    const exchange = { ...about, operation, request: { signal }, headers: () => headers };
    const limits = { body, maxBytes: responseLimits.shared };
    return this.#attempt(exchange, (attempt) => sendJsonOnce(attempt, limits)).finally(release);
  }

  /** Makes attempts until there is a response that asks for no retry, or the budget is spent. */
  async #attempt<Received extends WithResponse>(
    exchange: Exchange,
    makeAttempt: MakeAttempt<Received>,
  ): Promise<Sent<Received>> {
    const { method, url, operation, country, request, onUnauthorized } = exchange;
    const { idempotent = true, replayable = true, noRetry = false } = exchange;
    const { fetch, retry, log } = this.#options;
    const { signal, timeout = retry.timeout, meta } = request;
    const budget = new RetryBudget(request.maxRetries);
    let retriedAfterNetworkError = false;
    for (let number = 1; ; number += 1) {
      const attempt = { method, url, headers: exchange.headers(), fetch, timeout, signal };
      const result = await loggedAttempt(log, attempt, { operation, country, meta, number }, makeAttempt);
      const response = "error" in result ? undefined : result.received.response;
      if (response?.status === 401 && onUnauthorized !== undefined) {
        await onUnauthorized(response);
        continue;
      }
      if ("error" in result && !(result.error instanceof StorageNetworkError)) throw result.error;
      const failure = response?.status ?? "network";
      const isAllowed = replayable && (idempotent || !mayBeCarriedOut(failure)) && !(noRetry && response !== undefined);
      if (!isAllowed || !budget.take(failure)) {
        if ("error" in result) throw result.error;
        return { ...result.received, retriedAfterNetworkError };
      }
      retriedAfterNetworkError ||= mayBeCarriedOut(failure);
      await delay(retryDelay(retry, budget.spent - 1, response?.headers), signal);
    }
  }
}

function unauthorized(response: HttpResponse, operation: string): StorageAuthenticationError {
  const cause = errorResponse({ response, json: jsonOf(response) }, operation);
  return new StorageAuthenticationError(
    `${cause.message} The PoP does not accept the credentials. Check them, and that they belong to this environment.`,
    { cause },
  );
}
