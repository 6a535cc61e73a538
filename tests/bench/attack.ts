import { attacksOnClient } from "./attack-client-cases.ts";
import { attacksOnPop } from "./attack-pop-cases.ts";
import { median } from "./measure.ts";
import type { Line } from "./report.ts";

const mebibyte = 1024 * 1024;
/** Milliseconds. */
const mostPerMebibyte = 100;
const [rounds, warmUp] = [3, 1];

/** A hostile input, and the code that handles it. */
export interface Attack {
  /** Attacks of one group are one line of the table, with the worst of them. */
  readonly group: string;
  readonly what: string;
  /** Size in bytes or characters. */
  readonly size: number;
  /** Resolves when the input has been handled, successfully or not. */
  readonly run: () => Promise<unknown>;
}

interface Measured extends Pick<Attack, "group" | "what"> {
  /** Milliseconds for each MiB. */
  readonly stall: number;
}

/** The longest stalls of the event loop caused by hostile responses and requests. */
export async function attackCases(print: (what: string) => void): Promise<Line[]> {
  print("hostile responses to the client");
  const measured = await measureAll(attacksOnClient());
  print("hostile requests to the PoP");
  const pop = await attacksOnPop();
  try {
    measured.push(...(await measureAll(pop.attacks)));
  } finally {
    await pop.close();
  }
  return Array.from(new Set(measured.map(({ group }) => group)), (group) =>
    lineOf(measured.filter((each) => each.group === group)),
  );
}

async function measureAll(attacks: readonly Attack[]): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const { group, what, size, run } of attacks) {
    const stalls: number[] = [];
    for (let round = -warmUp; round < rounds; round += 1) {
      const stall = await worstStall(run);
      if (round >= 0) stalls.push(stall);
    }
    measured.push({ group, what, stall: median(stalls) / (size / mebibyte) });
  }
  return measured;
}

function lineOf(group: readonly Measured[]): Line {
  const worst = group.reduce((one, other) => (other.stall > one.stall ? other : one));
  const missed = group.filter(({ stall }) => stall >= mostPerMebibyte);
  const named = (missed.length > 1 ? missed : [worst]).map(({ what }) => what).join("; ");
  return {
    what: `stall by ${worst.group} (${group.length} kinds): ${named}`,
    ours: `${worst.stall.toFixed(0)} ms per MiB`,
    against: "",
    theirs: "",
    ratio: "",
    target: `under ${mostPerMebibyte} ms per MiB`,
    met: missed.length === 0,
  };
}

/** Milliseconds. */
const tick = 2;

/** The longest time, in milliseconds, between two ticks of a timer during a task. */
async function worstStall(run: () => Promise<unknown>): Promise<number> {
  let worst = 0;
  let last = performance.now();
  const look = (): void => {
    const now = performance.now();
    worst = Math.max(worst, now - last - tick);
    last = now;
  };
  const timer = setInterval(look, tick);
  await run();
  look();
  clearInterval(timer);
  return worst;
}
