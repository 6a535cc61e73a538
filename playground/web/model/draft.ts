import { computed, effect, signal } from "@preact/signals";
import { InputValidationError, type RecordInput, type StorageRecord } from "incountry-storage";
import { chosenCountry } from "./countries.ts";
import { examples } from "./examples.ts";
import { type WritableField, writableFields } from "./fields.ts";
import { parseText, textOf } from "./values.ts";

export const draftCountry = signal("de");
/** The texts in the form. Fields with an empty text are left out of the record. */
export const draftTexts = signal<Partial<Record<WritableField, string>>>({});
/** The fields that the form shows. */
export const draftFields = signal<readonly WritableField[]>([]);

/** True if the form holds a stored record: choosing another country must not move the record there. */
let edited = false;

effect(() => {
  const country = chosenCountry.value;
  if (country !== undefined && !edited) draftCountry.value = country;
});

/** The record in the form, and its problems by field. */
export const draft = computed((): { record: RecordInput; problems: ReadonlyMap<string, string> } => {
  const fields: Record<string, unknown> = {};
  const problems = new Map<string, string>();
  for (const name of draftFields.value) {
    const text = draftTexts.value[name] ?? "";
    if (text === "") continue;
    const parsed = parseText(name, text);
    if ("value" in parsed) fields[name] = parsed.value;
    else problems.set(name, parsed.problem);
  }
  return { record: Object.assign(fields, { recordKey: draftTexts.value.recordKey ?? "" }), problems };
});

export function setText(name: WritableField, text: string): void {
  draftTexts.value = { ...draftTexts.value, [name]: text };
}

export function addField(name: WritableField): void {
  draftFields.value = writableFields.filter((field) => field === name || draftFields.value.includes(field));
}

export function removeField(name: WritableField): void {
  draftFields.value = draftFields.value.filter((field) => field !== name);
  setText(name, "");
}

/** Fills the form with a stored record. */
export function editRecord(country: string, record: StorageRecord): void {
  edited = true;
  fillIn(country, record);
}

function fillIn(country: string, record: RecordInput | StorageRecord): void {
  draftCountry.value = country;
  const set = writableFields.filter((name) => record[name] !== undefined && record[name] !== null);
  draftFields.value = set.includes("body") ? set : [...set, "body"];
  draftTexts.value = Object.fromEntries(set.map((name) => [name, textOf(record[name])]));
}

/** Clears the form. */
export function clearDraft(): void {
  edited = false;
  draftTexts.value = {};
}

let exampleNumber = 0;

/** Fills the form with the next sample person. */
export function nextExample(): void {
  const example = examples[exampleNumber % examples.length];
  exampleNumber += 1;
  if (example === undefined) return;
  edited = false;
  fillIn(example.country, example.record);
}

/** The issues that the SDK reports for a record, by field: their paths are `record.key1`. */
export function problemsOf(error: unknown): ReadonlyMap<string, string> {
  if (!(error instanceof InputValidationError)) return new Map();
  return new Map(error.issues.map(({ path, message }) => [path.replace(/^record\./, ""), message]));
}
