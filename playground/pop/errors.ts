/** One thing that is wrong with a request: what, and where (`records.3.range_key1`, `options.limit`, `x-env-id`). */
export interface Problem {
  readonly detail: string;
  readonly source?: string;
}

/** The most entries of a response; if there are more problems, the last one says how many. */
export const maxProblems = 100;

/** The statuses that this PoP refuses a request with, and their titles. */
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

/** Refuses a request: thrown anywhere below the application, answered there (protocol.md, section 6). */
export class Refusal extends Error {
  readonly status: ErrorStatus;
  readonly problems: readonly Problem[];
  /** The number of problems that are not in `problems`. */
  readonly unlisted: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: ErrorStatus,
    problems: Problem | readonly Problem[],
    options: { headers?: Readonly<Record<string, string>>; cause?: unknown; unlisted?: number } = {},
  ) {
    super(titles[status], { cause: options.cause });
    this.name = "Refusal";
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

/** Waits for two parts of a request. Where both are refused alike, it is refused with what is wrong with each of them. */
export async function both<One, Other>(one: Promise<One>, other: Promise<Other>): Promise<[One, Other]> {
  const [first, second] = await Promise.allSettled([one, other]);
  if (first.status === "fulfilled" && second.status === "fulfilled") return [first.value, second.value];
  const reasons: readonly unknown[] = [first, second].flatMap((part) =>
    part.status === "rejected" ? [part.reason] : [],
  );
  const refusals = reasons.filter((reason) => reason instanceof Refusal);
  const [status, ...others] = new Set(refusals.map((refusal) => refusal.status));
  if (status === undefined || others.length > 0 || refusals.length < reasons.length) throw reasons.at(-1);
  throw new Refusal(
    status,
    refusals.flatMap(({ problems }) => problems),
    { unlisted: refusals.reduce((sum, { unlisted }) => sum + unlisted, 0) },
  );
}
