import { fileTrial, tryFile } from "../../model/attack.ts";
import { totalRecords } from "../../model/countries.ts";
import { turning } from "../../model/hostility.ts";
import { locked } from "../../model/secrets.ts";
import { formatBytes } from "../../model/words.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { Icon } from "../parts/icon.tsx";
import { HostileSwitch } from "./hostile-switch.tsx";

/** The PoP changes a file that it hands out. */
export function FlipFiles() {
  return (
    <section class="panel" aria-label="Altered files">
      <HostileSwitch name="flipFiles" words="Flip one bit of every file">
        One of millions: a digit of an account number, the dose of a medicine.
      </HostileSwitch>
      <div class="actions">
        <button
          type="button"
          class="button primary"
          disabled={locked.value || turning.value || totalRecords.value === 0}
          onClick={() => void tryFile()}
        >
          Fetch a file
        </button>
      </div>
      <Trial />
    </section>
  );
}

function Trial() {
  const trial = fileTrial.value;
  if (trial === undefined) return null;
  if ("error" in trial) return <ErrorNote error={trial.error} />;
  if ("none" in trial) {
    return (
      <p role="status">
        No record here has a file yet. <a href="#files">Attach one</a> first.
      </p>
    );
  }
  const { name, size } = trial.opened;
  return (
    <p class="verdict" role="status">
      <Icon name="check" /> {name}, {formatBytes(size)}, is what was attached.
    </p>
  );
}
