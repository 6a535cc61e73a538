import type { SecretsData } from "incountry-storage";

const one = { secret: "the first password of the tests", version: 1 };
const two = { secret: "the second password of the tests", version: 2 };
const foreign = { secret: "a password of another client", version: 1 };

/** Before a rotation, after it, and those of another client. */
export const secrets = {
  before: { currentVersion: 1, secrets: [one] },
  after: { currentVersion: 2, secrets: [one, two] },
  third: { currentVersion: 3, secrets: [one, two, { secret: "the third password of the tests", version: 3 }] },
  foreign: { currentVersion: 1, secrets: [foreign] },
} satisfies Record<string, SecretsData>;
