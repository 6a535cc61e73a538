import { effect, signal } from "@preact/signals";
import { countryName, formatCount, formatNumber } from "../model/format.ts";
import { type Rotation, rotation } from "../model/rotation.ts";
import { locked } from "../model/secrets.ts";
import { written } from "../model/write.ts";

/** The current announcement. The number makes a repeated text be read out again. */
const announced = signal({ number: 0, text: "" });

/** Announces events to screen readers without moving the focus. */
export function Announcements() {
  const { number, text } = announced.value;
  return (
    <div class="visually-hidden" role="status">
      <p key={number}>{text}</p>
    </div>
  );
}

function announce(text: string): void {
  announced.value = { number: announced.peek().number + 1, text };
}

/** Announces writes, locks and rotations. Errors are alerts of their own. Returns a function that stops this. */
export function startAnnouncing(): () => void {
  const stops = [
    effect(() => {
      const last = written.value;
      if (last?.row !== undefined) announce(`Sent to ${countryName(last.country)}: ${last.recordKey}.`);
    }),
    onChange(
      () => locked.value,
      () => announce(locked.peek() ? "Locked. The secrets were removed." : "Unlocked."),
    ),
    onChange(
      () => rotation.value?.state,
      () => {
        const now = rotation.peek();
        if (now !== undefined) announce(textOf(now));
      },
    ),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function textOf({ state, migrated, total }: Rotation): string {
  const progress = `${formatNumber(migrated)} of ${formatCount(total, "record")}`;
  if (state === "running") return `Rotation running: ${progress}.`;
  return state === "done" ? `Rotation finished: ${progress}.` : `Rotation stopped: ${progress}.`;
}

function onChange(read: () => unknown, act: () => void): () => void {
  let before = read();
  return effect(() => {
    const now = read();
    if (now === before) return;
    before = now;
    act();
  });
}
