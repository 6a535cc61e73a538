import type { SecretsData } from "incountry-storage";

export const secretVersions = { old: 1, current: 2 } as const;

/** For sample data only. Real secrets come from a vault or a key management service. */
const old = { secret: "the demo's first secret, known to everyone", version: secretVersions.old };
const current = { secret: "the demo's second secret, known to everyone", version: secretVersions.current };

export const beforeRotation: SecretsData = { currentVersion: secretVersions.old, secrets: [old] };
export const afterRotation: SecretsData = { currentVersion: secretVersions.current, secrets: [old, current] };
