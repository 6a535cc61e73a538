import { switching } from "../../model/active-attacks.ts";
import { checkFile, fileCheck } from "../../model/attack-checks.ts";
import { totalRecords } from "../../model/countries.ts";
import { formatBytes } from "../../model/format.ts";
import { locked } from "../../model/secrets.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { Icon } from "../parts/icon.tsx";
import { AttackSwitch } from "./attack-switch.tsx";

/** The PoP alters the files that it returns. */
export function FlipFiles() {
  return (
    <section class="panel" aria-label="Altered files">
      <AttackSwitch name="flipFiles" label="Flip one bit of every file">
        One bit is enough to change a digit of an account number or the dose of a medicine.
      </AttackSwitch>
      <div class="actions">
        <button
          type="button"
          class="button primary"
          disabled={locked.value || switching.value || totalRecords.value === 0}
          onClick={() => void checkFile()}
        >
          Fetch a file
        </button>
      </div>
      <Result />
    </section>
  );
}

function Result() {
  const check = fileCheck.value;
  if (check === undefined) return null;
  if ("error" in check) return <ErrorNote error={check.error} />;
  if ("none" in check) {
    return (
      <p role="status">
        No files found. <a href="#files">Attach one</a> first.
      </p>
    );
  }
  const { name, size } = check.file;
  return (
    <p class="check-result" role="status">
      <Icon name="check" /> {name}, {formatBytes(size)}, is unchanged.
    </p>
  );
}
