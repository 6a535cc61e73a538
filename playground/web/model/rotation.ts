import { computed, signal } from "@preact/signals";
import type { FindError, Storage } from "incountry-storage";
import { codeOf } from "./code.ts";
import { countriesInView } from "./countries.ts";
import { filesPending, markFilesDone, markFilesPending } from "./pending-files.ts";
import { currentVersion } from "./secrets.ts";
import { lockSignal } from "./session.ts";
import { unlocked } from "./storages.ts";
import { typescriptOf } from "./typescript.ts";
import { countVersions, countVersionsUntilStable, outdatedIn } from "./versions.ts";

export interface Rotation {
  readonly state: "running" | "cancelled" | "done" | "failed";
  readonly countries: readonly string[];
  /** The version to encrypt with. */
  readonly version: number;
  readonly migrated: number;
  /** Records to rotate when it began. */
  readonly total: number;
  /** Encrypted files that were rotated. */
  readonly files: number;
  /** Records per second, over the last seconds; 0 until it was measured. */
  readonly rate: number;
  /** Records that failed to decrypt and were left unchanged. */
  readonly errors: readonly FindError[];
  /** Files that failed to decrypt or to be replaced, and were left unchanged. */
  readonly fileErrors: readonly FindError[];
  readonly code: string;
  readonly error?: unknown;
}

/** The running rotation, or the last one. */
const last = signal<Rotation | undefined>(undefined);

/** The same, but without a finished rotation to a version that is no longer the current one. */
export const rotation = computed(() => {
  const isOver = last.value?.state !== "running" && last.value?.version !== currentVersion.value;
  return isOver ? undefined : last.value;
});

/** True if `rotate` would continue a rotation that was cancelled, failed, or left files. */
export const canContinue = computed(() => {
  const now = rotation.value;
  if (now === undefined || now.state === "running") return false;
  return (now.state !== "done" || filesPending.value) && sameCountries(now.countries, countriesInView.value);
});

function sameCountries(some: readonly string[], others: readonly string[]): boolean {
  return some.toSorted().join() === others.toSorted().join();
}

let controller = new AbortController();

/** Seconds that the rate is measured over. */
const rateWindow = 5;
/** Milliseconds between two updates of the chart. */
const chartPause = 400;

/** Encrypts records and files of older versions again, with the current secret. */
export async function rotate(): Promise<void> {
  if (last.value?.state === "running") return;
  const countries = [...countriesInView.value];
  const own = new AbortController();
  controller = own;
  // Locking the page removes the secrets.
  const session = lockSignal();
  session.addEventListener("abort", () => own.abort(session.reason), { once: true });
  const code = codeOf(`for (const country of ${typescriptOf(countries)}) {
  for await (const progress of storage.migrateAll(country)) {
    console.log(country, progress.totalMigrated, "of", progress.total);
  }
  for await (const progress of storage.migrateAttachments(country)) console.log(country, progress.totalMigrated, "files");
}`);
  samples = [];
  const version = currentVersion.value;
  const before = previousProgress(countries, version);
  last.value = { ...before, state: "running", countries, version, rate: 0, errors: [], fileErrors: [], code };
  markFilesPending(countries);
  const end = await rotateCountries(countries, own.signal);
  await countVersionsUntilStable(countries);
  // A batch that was sent before a cancellation is written without being reported.
  update({ ...end, migrated: (last.value?.total ?? before.total) - outdatedIn(countries, version) });
}

async function rotateCountries(countries: readonly string[], signal: AbortSignal): Promise<Partial<Rotation>> {
  try {
    // The same Storage throughout, even if the current version changes meanwhile.
    const { unrecorded } = unlocked();
    for (const country of countries) await rotateCountry(unrecorded, country, signal);
    return { state: "done" };
  } catch (error) {
    return signal.aborted ? { state: "cancelled" } : { state: "failed", error };
  }
}

/** The progress of an unfinished rotation of the same records. */
function previousProgress(
  countries: readonly string[],
  version: number,
): Pick<Rotation, "migrated" | "total" | "files"> {
  const before = canContinue.value ? last.value : undefined;
  const outdated = outdatedIn(countries, version);
  return before === undefined
    ? { total: outdated, migrated: 0, files: 0 }
    : { total: before.total, migrated: before.total - outdated, files: before.files };
}

/** Stops after the current batch. `rotate` continues from there. */
export function cancelRotation(): void {
  controller.abort(new DOMException("The visitor cancelled the rotation.", "AbortError"));
}

async function rotateCountry(storage: Storage, country: string, signal: AbortSignal): Promise<void> {
  const before = last.value?.migrated ?? 0;
  let chartedAt = performance.now();
  for await (const { totalMigrated, total: found, errors = [] } of storage.migrateAll(country, {}, { signal })) {
    const migrated = before + totalMigrated;
    // The counts may not have arrived before the rotation began.
    const total = Math.max(last.value?.total ?? 0, before + found);
    update({ migrated, total, rate: rateAt(migrated), errors: [...(last.value?.errors ?? []), ...errors] });
    if (performance.now() - chartedAt < chartPause) continue;
    chartedAt = performance.now();
    // Not awaited, so that the chart does not slow down the rotation.
    void countVersions([country]);
  }
  await rotateFiles(storage, country, signal);
  await countVersions([country]);
}

async function rotateFiles(storage: Storage, country: string, signal: AbortSignal): Promise<void> {
  const before = last.value?.files ?? 0;
  let left = 0;
  for await (const { totalMigrated, totalLeft, errors = [] } of storage.migrateAttachments(country, {}, { signal })) {
    left = totalLeft;
    update({ files: before + totalMigrated, fileErrors: [...(last.value?.fileErrors ?? []), ...errors] });
  }
  if (left === 0) markFilesDone(country);
}

function update(change: Partial<Rotation>): void {
  if (last.value !== undefined) last.value = { ...last.value, ...change };
}

let samples: { readonly at: number; readonly migrated: number }[] = [];

/** Records per second within the window. */
function rateAt(migrated: number): number {
  const now = performance.now() / 1000;
  samples = [...samples.filter(({ at }) => at >= now - rateWindow), { at: now, migrated }];
  const [first] = samples;
  return first === undefined || now === first.at ? 0 : (migrated - first.migrated) / (now - first.at);
}
