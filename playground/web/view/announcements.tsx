import { effect, signal } from "@preact/signals";
import { countryName } from "../model/countries.ts";
import { type Rotation, rotation } from "../model/rotation.ts";
import { locked } from "../model/secrets.ts";
import { counted, formatNumber } from "../model/words.ts";
import { written } from "../model/writing.ts";

/** What is read out now. Each is another one, so that the same words are read out again. */
const announced = signal({ number: 0, words: "" });

/** What happens without the focus going there, for whoever does not see it. */
export function Announcements() {
  const { number, words } = announced.value;
  return (
    <div class="visually-hidden" role="status">
      <p key={number}>{words}</p>
    </div>
  );
}

function announce(words: string): void {
  announced.value = { number: announced.peek().number + 1, words };
}

/** Returns how to stop that. Errors are alerts where they stand, and are not told twice. */
export function startAnnouncing(): () => void {
  const stops = [
    effect(() => {
      const last = written.value;
      if (last?.row !== undefined) announce(`Sent to ${countryName(last.country)}: ${last.recordKey}.`);
    }),
    onChange(
      () => locked.value,
      () => announce(locked.peek() ? "Locked: the secrets are forgotten." : "Unlocked."),
    ),
    onChange(
      () => rotation.value?.state,
      () => {
        const now = rotation.peek();
        if (now !== undefined) announce(wordsFor(now));
      },
    ),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function wordsFor({ state, migrated, total }: Rotation): string {
  const far = `${formatNumber(migrated)} of ${counted(total, "record")}`;
  if (state === "running") return `The rotation runs: ${far} so far.`;
  return state === "done" ? `The rotation is over: ${far}.` : `The rotation stopped at ${far}.`;
}

function onChange(look: () => unknown, act: () => void): () => void {
  let before = look();
  return effect(() => {
    const now = look();
    if (now === before) return;
    before = now;
    act();
  });
}
