/** An entry of an error response. `source` is a path or a header: `records.3.range_key1`, `options.limit`, `x-env-id`. */
export interface Problem {
  readonly detail: string;
  readonly source?: string;
}

/** The most entries of an error response; if there are more problems, the last entry counts them. */
export const maxProblems = 100;

/** The error statuses of this PoP, and their titles. */
const titles = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  412: "Precondition Failed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  417: "Expectation Failed",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

export type ErrorStatus = keyof typeof titles;

/** Thrown to end a request with an error response (POP.md, section 9). */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: ErrorStatus;
  readonly problems: readonly Problem[];
  /** The number of further problems. */
  readonly unlisted: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: ErrorStatus,
    problems: Problem | readonly Problem[],
    options: { headers?: Readonly<Record<string, string>>; cause?: unknown; unlisted?: number } = {},
  ) {
    super(titles[status], { cause: options.cause });
    this.status = status;
    this.problems = "detail" in problems ? [problems] : problems;
    this.unlisted = options.unlisted ?? 0;
    this.headers = options.headers ?? {};
  }

  /** The body of the response: one entry for each problem, up to `maxProblems` of them. */
  get body(): { errors: readonly object[] } {
    const { status, problems } = this;
    const total = problems.length + this.unlisted;
    const listed = total > maxProblems ? problems.slice(0, maxProblems - 1) : problems;
    const rest = total - listed.length;
    const all = rest === 0 ? listed : [...listed, { detail: `There are ${rest} more problems.` }];
    return { errors: all.map((problem) => ({ status, title: titles[status], ...problem })) };
  }
}

/** Awaits two parts of a request. If both fail with the same status, throws one error with the problems of both. */
export async function both<One, Other>(one: Promise<One>, other: Promise<Other>): Promise<[One, Other]> {
  const [first, second] = await Promise.allSettled([one, other]);
  if (first.status === "fulfilled" && second.status === "fulfilled") return [first.value, second.value];
  const reasons = [first, second].flatMap((part): unknown[] => (part.status === "rejected" ? [part.reason] : []));
  const errors = reasons.filter((reason) => reason instanceof HttpError);
  const [status, ...others] = new Set(errors.map((error) => error.status));
  if (status === undefined || others.length > 0 || errors.length < reasons.length) throw reasons.at(-1);
  const unlisted = errors.reduce((sum, error) => sum + error.unlisted, 0);
  const problems = errors.flatMap((error) => error.problems);
  throw new HttpError(status, problems, { unlisted });
}
