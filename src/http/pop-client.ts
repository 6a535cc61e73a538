import { StorageAuthenticationError, StorageNetworkError, type StorageServerError } from "../errors.ts";
import type { Log } from "../logging.ts";
import type { RequestOptions } from "../request-options.ts";
import { cutOff, isCutOff, readJson, serverError } from "./answers.ts";
import { Authorization, type Credentials } from "./authorization.ts";
import { type Destination, type HostOptions, Hosts } from "./hosts.ts";
import { loggedAttempt } from "./logged-attempt.ts";
import { responseLimits } from "./response-limits.ts";
import { delay, Repetitions, type RetryPolicy, retryDelay } from "./retry.ts";
import { SharedRequests } from "./shared-requests.ts";
import { attempt, type HttpAnswer, type HttpRequest, isSuccess } from "./transport.ts";

export interface PopClientOptions {
  readonly environmentId: string;
  readonly credentials: Credentials;
  readonly hosts: HostOptions;
  readonly retry: RetryPolicy;
  readonly log: Log;
  readonly fetch: typeof fetch;
}

/** A call to the PoP of a country. */
export interface PopCall {
  /** The name of the method of Storage, for the log and for messages. */
  readonly operation: string;
  readonly country: string;
  readonly method: HttpRequest["method"];
  /** Appended to the host: `/v2/storage/records/de`. */
  readonly path: string;
  /** JSON text. */
  readonly body?: string | undefined;
  /** @default responseLimits.small Bytes of the longest response that makes sense. */
  readonly maxAnswerBytes?: number;
  /** Whether a plea for patience (429, 503) is itself the answer; false. */
  readonly impatient?: boolean;
  readonly request: RequestOptions;
}

/** An answer, and its JSON: undefined where it holds none. */
export interface JsonAnswer extends Exchanged {
  /** The error that the answer stands for, if its status is a bad one. */
  readonly error: () => StorageServerError;
}

interface Answered {
  readonly answer: HttpAnswer;
  readonly json: unknown;
}

/** An answer, and what is known of how it came. */
interface Exchanged extends Answered {
  /** True if an earlier attempt may have been carried out: it got no response, or one that may come from in front of the PoP. */
  readonly repeatedBlindly: boolean;
  /** How many attempts it took, those before `attemptsBefore` included. */
  readonly attempts: number;
}

interface Exchange {
  readonly operation: string;
  readonly country?: string;
  readonly impatient?: boolean;
  readonly request: RequestOptions;
  readonly repetitions: Repetitions;
  readonly attemptsBefore?: number;
}

/** Calls PoPs: finds the host, authorizes, sends, repeats what may be repeated, logs. */
export class PopClient {
  readonly #options: PopClientOptions;
  readonly #hosts: Hosts;
  readonly #authorization: Authorization;
  readonly #shared = { countries: new SharedRequests(), token: new SharedRequests() } as const;

  constructor(options: PopClientOptions) {
    this.#options = options;
    this.#hosts = new Hosts(options.hosts, (url) =>
      this.#fetchShared("countries", { method: "GET", url, headers: {} }),
    );
    this.#authorization = new Authorization(options.credentials, options.environmentId, (request) =>
      this.#fetchShared("token", request),
    );
  }

  /**
   * The answer to a call, whatever its status, but for 401.
   *
   * @throws StorageAuthenticationError, StorageNetworkError, StorageResidencyError, and the reason of the caller's signal.
   */
  async call(call: PopCall): Promise<JsonAnswer> {
    const { signal } = call.request;
    if (signal?.aborted) throw signal.reason;
    const destination = await this.destinationOf(call);
    const token = await this.tokenFor(destination, signal);
    // A fresh token is no reason to begin counting anew.
    const repetitions = new Repetitions(call.request.maxRetries);
    const answer = await this.#send(call, destination, { token, repetitions });
    if (answer.answer.status !== 401) return answer;
    if (!this.renewsTokens) throw unauthorized(answer.answer, call);
    const fresh = await this.renewedToken(destination, token, signal);
    const sending = { token: fresh, repetitions, attemptsBefore: answer.attempts };
    const second = await this.#send(call, destination, sending);
    if (second.answer.status === 401) throw unauthorized(second.answer, call);
    return { ...second, repeatedBlindly: answer.repeatedBlindly || second.repeatedBlindly };
  }

  /** The answer to a call that has a good status. @throws StorageServerError for any other. */
  async callSuccessfully(call: PopCall): Promise<JsonAnswer> {
    const answer = await this.call(call);
    if (isSuccess(answer.answer.status)) return answer;
    throw answer.error();
  }

  /** Whether a 401 may be cured by asking for a token again. */
  get renewsTokens(): boolean {
    return this.#authorization.renewable;
  }

  destinationOf({ country, request }: Pick<PopCall, "country" | "request">): Promise<Destination> {
    return this.#shared.countries.wait(() => this.#hosts.destinationOf(country), request.signal);
  }

  tokenFor(destination: Destination, signal: AbortSignal | undefined): Promise<string> {
    return this.#shared.token.wait(() => this.#authorization.tokenFor(destination), signal);
  }

  async renewedToken(destination: Destination, token: string, signal: AbortSignal | undefined): Promise<string> {
    await this.#authorization.refused(destination, token);
    return this.tokenFor(destination, signal);
  }

  /** What every request to a PoP carries. */
  headersFor(token: string, request: RequestOptions): Record<string, string> {
    const given: Record<string, string> = request.headers ?? {};
    return { ...given, authorization: `Bearer ${token}`, "x-env-id": this.#options.environmentId };
  }

  async #send(
    call: PopCall,
    { host }: Destination,
    { token, ...counts }: { token: string } & Pick<Exchange, "repetitions" | "attemptsBefore">,
  ): Promise<JsonAnswer> {
    const { method, path, body, maxAnswerBytes } = call;
    const headers = this.headersFor(token, call.request);
    if (body !== undefined) headers["content-type"] = "application/json";
    const exchanged = await this.#exchange(
      { method, url: `${host}${path}`, headers, body, maxAnswerBytes },
      { ...call, ...counts },
    );
    return { ...exchanged, error: () => serverError(exchanged.answer, call.operation, exchanged.json) };
  }

  /** What is asked for on behalf of all calls, so that none of them can cancel it while another one waits. */
  #fetchShared(operation: "token" | "countries", request: HttpRequest): Promise<Exchanged> {
    const { signal } = this.#shared[operation];
    const exchange = { operation, request: { signal }, repetitions: new Repetitions(undefined) };
    return this.#exchange({ ...request, maxAnswerBytes: responseLimits.shared }, exchange);
  }

  /** Sends until there is a whole answer that is not a plea for patience, or the repetitions are used up. */
  async #exchange(request: HttpRequest, exchange: Exchange): Promise<Exchanged> {
    const { repetitions, attemptsBefore = 0 } = exchange;
    const { retry } = this.#options;
    let repeatedBlindly = false;
    for (let attempts = attemptsBefore + 1; ; attempts += 1) {
      const result = await this.#attemptOnce(request, exchange, attempts);
      let askedIn: Headers | undefined;
      if ("error" in result) {
        if (!(result.error instanceof StorageNetworkError && repetitions.take("network"))) throw result.error;
        repeatedBlindly = true;
      } else {
        const { answer } = result.answered;
        const isPlea = exchange.impatient !== true && isBusy(answer.status);
        if (!isPlea || !repetitions.take("busy")) return { ...result.answered, repeatedBlindly, attempts };
        askedIn = answer.headers;
        // 429 says that nothing was done (protocol.md, section 6); 503 may come from in front of a PoP that did what it was asked.
        if (answer.status !== 429) repeatedBlindly = true;
      }
      await delay(retryDelay(retry, repetitions.taken - 1, askedIn), exchange.request.signal);
    }
  }

  #attemptOnce(
    request: HttpRequest,
    { operation, country, request: { signal, timeout, meta } }: Exchange,
    number: number,
  ): Promise<{ readonly answered: Answered } | { readonly error: unknown }> {
    const { fetch, retry, log } = this.#options;
    const about = { method: request.method, url: request.url, operation, country, meta, number, signal };
    return loggedAttempt(log, about, async () => {
      const answer = await attempt(request, { fetch, timeout: timeout ?? retry.timeout, signal });
      const json = readJson(answer);
      if (isCutOff(answer, json)) throw cutOff(answer);
      return { answer, json };
    });
  }
}

/** Statuses that ask for a repetition after a while (protocol.md, section 6; RFC 9110, section 15.6.4). */
export function isBusy(status: number): boolean {
  return status === 429 || status === 503;
}

export function unauthorized(
  answer: HttpAnswer,
  { operation }: Pick<PopCall, "operation">,
): StorageAuthenticationError {
  const cause = serverError(answer, operation);
  return new StorageAuthenticationError(
    `${cause.message} The PoP does not accept the credentials: check them, and that they are for this environment.`,
    { cause },
  );
}
