import type { RecordInput } from "incountry-storage";
import type { Person } from "./person.ts";

const millisecondsPerDay = 86_400_000;

/** Maps searchable fields to keys, comparable ones to range keys, and the rest to the encrypted body. */
export function personRecord(person: Person, now: Date): RecordInput {
  const { name, occupation, bloodGroup, note } = person;
  return {
    recordKey: person.id,
    profileKey: person.documentNumber,
    serviceKey1: person.plan,
    key1: person.familyName ?? null,
    key2: person.givenName,
    key3: person.city,
    key4: person.email,
    key5: person.phone,
    rangeKey1: dayNumber(person.birthDate),
    rangeKey2: person.balance,
    rangeKey3: dayNumber(person.memberSince),
    expiresAt:
      person.retentionDays === undefined ? null : new Date(now.getTime() + person.retentionDays * millisecondsPerDay),
    body: JSON.stringify({ name, occupation, bloodGroup, note }),
  };
}

/** The entry of a person in the public directory. Its keys are stored unhashed, for search by partial text. */
export function directoryRecord(person: Person): RecordInput {
  return { recordKey: person.id, key1: person.name, key2: person.city, key3: person.occupation };
}

/** A day as the integer yyyymmdd, which sorts by date: 2001-02-03 is 20010203. */
export function dayNumber(isoDate: string): number {
  return Number(isoDate.replaceAll("-", ""));
}
