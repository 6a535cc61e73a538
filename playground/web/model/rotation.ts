import { computed, signal } from "@preact/signals";
import type { FindError, Storage } from "incountry-storage";
import { codeOf } from "./code.ts";
import { countriesInView } from "./countries.ts";
import { expectFiles, filesDone, filesLeft } from "./files-left.ts";
import { currentVersion } from "./secrets.ts";
import { untilLock } from "./session.ts";
import { unlocked } from "./storages.ts";
import { typescriptOf } from "./typescript.ts";
import { countVersions, countVersionsAtRest, outdatedIn } from "./versions.ts";

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
  /** Records that could not be opened, and stay as they are. */
  readonly errors: readonly FindError[];
  /** The same of sealed files, and of those that the PoP did not take sealed anew. */
  readonly fileErrors: readonly FindError[];
  readonly code: string;
  readonly error?: unknown;
}

/** The rotation that runs, or the last one that ran. */
const last = signal<Rotation | undefined>(undefined);

/** The same, as long as it has something to say: what is done is not, once there is a newer version. */
export const rotation = computed(() => {
  const isOver = last.value?.state !== "running" && last.value?.version !== currentVersion.value;
  return isOver ? undefined : last.value;
});

/** Whether `rotate` would go on with a rotation that was cancelled, or failed, or left files behind. */
export const goesOn = computed(() => {
  const now = rotation.value;
  if (now === undefined || now.state === "running") return false;
  return (now.state !== "done" || filesLeft.value) && sameCountries(now.countries, countriesInView.value);
});

function sameCountries(some: readonly string[], others: readonly string[]): boolean {
  return some.toSorted().join() === others.toSorted().join();
}

let controller = new AbortController();

/** Seconds that the rate is measured over. */
const rateWindow = 5;
/** Milliseconds between two looks at the counts by version. */
const chartPause = 400;

/** Seals all anew that another secret than the current one sealed. What is done already is not done again. */
export async function rotate(): Promise<void> {
  if (last.value?.state === "running") return;
  const countries = [...countriesInView.value];
  const own = new AbortController();
  controller = own;
  // The secrets are gone: nothing more is to be opened with them.
  const session = untilLock();
  session.addEventListener("abort", () => own.abort(session.reason), { once: true });
  const code = codeOf(`for (const country of ${typescriptOf(countries)}) {
  for await (const progress of storage.migrateAll(country)) {
    console.log(country, progress.totalMigrated, "of", progress.total);
  }
  for await (const progress of storage.migrateAttachments(country)) console.log(country, progress.totalMigrated, "files");
}`);
  samples = [];
  const version = currentVersion.value;
  const before = doneBefore(countries, version);
  last.value = { ...before, state: "running", countries, version, rate: 0, errors: [], fileErrors: [], code };
  expectFiles(countries);
  const end = await rotateCountries(countries, own.signal);
  await countVersionsAtRest(countries);
  // What was on its way when the rotation was cancelled has arrived unseen.
  update({ ...end, migrated: (last.value?.total ?? before.total) - outdatedIn(countries, version) });
}

async function rotateCountries(countries: readonly string[], signal: AbortSignal): Promise<Partial<Rotation>> {
  try {
    // One Storage to the end: that of the moment may have another current version later.
    const { quiet } = unlocked();
    for (const country of countries) await rotateCountry(quiet, country, signal);
    return { state: "done" };
  } catch (error) {
    return signal.aborted ? { state: "cancelled" } : { state: "failed", error };
  }
}

/** What a rotation of the same records had done when it ended before all was done. */
function doneBefore(countries: readonly string[], version: number): Pick<Rotation, "migrated" | "total" | "files"> {
  const before = goesOn.value ? last.value : undefined;
  const outdated = outdatedIn(countries, version);
  return before === undefined
    ? { total: outdated, migrated: 0, files: 0 }
    : { total: before.total, migrated: before.total - outdated, files: before.files };
}

/** Stops at the page that is on its way. `rotate` goes on from there. */
export function cancelRotation(): void {
  controller.abort(new DOMException("The visitor cancelled the rotation.", "AbortError"));
}

async function rotateCountry(storage: Storage, country: string, signal: AbortSignal): Promise<void> {
  const before = last.value?.migrated ?? 0;
  let lookedAt = performance.now();
  for await (const { totalMigrated, total: found, errors = [] } of storage.migrateAll(country, {}, { signal })) {
    const migrated = before + totalMigrated;
    // What was counted before it began may not have come yet.
    const total = Math.max(last.value?.total ?? 0, before + found);
    update({ migrated, total, rate: rateAt(migrated), errors: [...(last.value?.errors ?? []), ...errors] });
    if (performance.now() - lookedAt < chartPause) continue;
    lookedAt = performance.now();
    // Not waited for: the chart shall not slow down what it shows.
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
  if (left === 0) filesDone(country);
}

function update(change: Partial<Rotation>): void {
  if (last.value !== undefined) last.value = { ...last.value, ...change };
}

let samples: { readonly at: number; readonly migrated: number }[] = [];

/** Records a second, by what was done within the window. */
function rateAt(migrated: number): number {
  const now = performance.now() / 1000;
  samples = [...samples.filter(({ at }) => at >= now - rateWindow), { at: now, migrated }];
  const [first] = samples;
  return first === undefined || now === first.at ? 0 : (migrated - first.migrated) / (now - first.at);
}
