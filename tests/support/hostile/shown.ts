import { inspect } from "node:util";
import type { Logger, Storage, StorageError, StorageOptions } from "incountry-storage";
import { printedForms } from "../leaks/printed-forms.ts";
import { type HostilePop, hostileStorage, storageError } from "./hostile-pop.ts";

/** The log and the error of a Storage, in every form in which a program may print them. */
export async function shown(
  pop: Pick<HostilePop, "fetch">,
  call: (storage: Storage) => Promise<unknown>,
  options: Partial<StorageOptions> = {},
): Promise<{ error: StorageError; forms: string[] }> {
  const lines: unknown[] = [];
  const logger: Logger = { write: (...line) => void lines.push(line) };
  const storage = hostileStorage(pop, { logger, ...options });
  const error = await storageError(call(storage));
  return {
    error,
    forms: [...printedForms(error), inspect(error, { showHidden: true, depth: 10 }), ...lines.flatMap(printedForms)],
  };
}
