import { signal } from "@preact/signals";
import type { FindError } from "incountry-storage";
import { codeOf } from "./code.ts";
import { countriesInView } from "./countries.ts";
import { currentVersion } from "./secrets.ts";
import { storages } from "./storages.ts";
import { typescriptOf } from "./typescript.ts";
import { countVersions, countVersionsAtRest, outdatedRecords } from "./versions.ts";

/** How a rotation stands. */
export interface Rotation {
  readonly state: "running" | "cancelled" | "done" | "failed";
  readonly countries: readonly string[];
  /** The version that everything is sealed with in the end. */
  readonly version: number;
  readonly migrated: number;
  /** Records that had to be rotated when it began. */
  readonly total: number;
  /** Sealed files that are now under the current secret as well. */
  readonly files: number;
  /** Records a second, over the last seconds; 0 before it is known. */
  readonly rate: number;
  /** What could not be opened, and stays as it is. */
  readonly errors: readonly FindError[];
  readonly code: string;
  readonly error?: unknown;
}

export const rotation = signal<Rotation | undefined>(undefined);

let controller = new AbortController();

/** Seconds that the rate is measured over. */
const rateWindow = 5;
/** Milliseconds between two looks at the counts by version. */
const chartPause = 400;

/** Seals every record anew that another secret than the current one sealed. What is done already is not done again. */
export async function rotate(): Promise<void> {
  if (rotation.value?.state === "running") return;
  const countries = [...countriesInView.value];
  controller = new AbortController();
  const code = codeOf(`for (const country of ${typescriptOf(countries)}) {
  for await (const progress of storage.migrateAll(country)) {
    console.log(country, progress.totalMigrated, "of", progress.total);
  }
  for await (const progress of storage.migrateAttachments(country)) console.log(country, progress.totalMigrated, "files");
}`);
  samples = [];
  const before = doneBefore(countries);
  const version = currentVersion.value;
  rotation.value = { ...before, state: "running", countries, version, rate: 0, errors: [], code };
  const end = await rotateCountries(countries);
  await countVersionsAtRest(countries);
  // What was on its way when the rotation was cancelled has arrived unseen.
  update({ ...end, migrated: before.total - outdatedRecords.value });
}

async function rotateCountries(countries: readonly string[]): Promise<Partial<Rotation>> {
  const { signal } = controller;
  try {
    for (const country of countries) await rotateCountry(country, signal);
    return { state: "done" };
  } catch (error) {
    return signal.aborted ? { state: "cancelled" } : { state: "failed", error };
  }
}

/** What a rotation of the same records had done when it was cancelled, or failed. */
function doneBefore(countries: readonly string[]): Pick<Rotation, "migrated" | "total" | "files"> {
  const last = rotation.value;
  const goesOn =
    last !== undefined &&
    last.state !== "done" &&
    last.version === currentVersion.value &&
    last.countries.join() === countries.join();
  const outdated = outdatedRecords.value;
  return goesOn
    ? { total: last.total, migrated: last.total - outdated, files: last.files }
    : { total: outdated, migrated: 0, files: 0 };
}

/** Stops at the page that is on its way. `rotate` goes on from there. */
export function cancelRotation(): void {
  controller.abort(new DOMException("The visitor cancelled the rotation.", "AbortError"));
}

async function rotateCountry(country: string, signal: AbortSignal): Promise<void> {
  const before = rotation.value?.migrated ?? 0;
  const { quiet } = storages.value;
  let lookedAt = performance.now();
  for await (const { totalMigrated, errors = [] } of quiet.migrateAll(country, {}, { signal })) {
    const migrated = before + totalMigrated;
    update({ migrated, rate: rateAt(migrated), errors: [...(rotation.value?.errors ?? []), ...errors] });
    if (performance.now() - lookedAt < chartPause) continue;
    lookedAt = performance.now();
    // Not waited for: the chart shall not slow down what it shows.
    void countVersions([country]);
  }
  const filesBefore = rotation.value?.files ?? 0;
  for await (const { totalMigrated } of quiet.migrateAttachments(country, {}, { signal })) {
    update({ files: filesBefore + totalMigrated });
  }
  await countVersions([country]);
}

function update(change: Partial<Rotation>): void {
  if (rotation.value !== undefined) rotation.value = { ...rotation.value, ...change };
}

let samples: { readonly at: number; readonly migrated: number }[] = [];

/** Records a second, by what was done within the window. */
function rateAt(migrated: number): number {
  const now = performance.now() / 1000;
  samples = [...samples.filter(({ at }) => at >= now - rateWindow), { at: now, migrated }];
  const [first] = samples;
  return first === undefined || now === first.at ? 0 : (migrated - first.migrated) / (now - first.at);
}
