import { recordTrial, trialCountry, tryRecords } from "../../model/attack.ts";
import { chosenCountry, countryName } from "../../model/countries.ts";
import { hostility, turning } from "../../model/hostility.ts";
import { locked } from "../../model/secrets.ts";
import { counted } from "../../model/words.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { Icon } from "../parts/icon.tsx";
import { HostileSwitch } from "./hostile-switch.tsx";

/** The PoP hands out the sealed body of one record with the keys of another. */
export function SwapRecords() {
  return (
    <section class="panel" aria-label="Swapped records">
      <HostileSwitch name="swapRecords" words="Swap two records">
        The bodies of two records change places. Both are genuine ciphertexts, sealed by you.
      </HostileSwitch>
      <div class="actions">
        <button
          type="button"
          class="button primary"
          disabled={locked.value || turning.value || trialCountry.value === undefined}
          onClick={() => void tryRecords()}
        >
          Find some records
        </button>
        {trialCountry.value === undefined && (
          <span class="quiet">
            There have to be two records at least in {placeWords()}: load the invented people, or write one more.
          </span>
        )}
      </div>
      <Trial />
    </section>
  );
}

function placeWords(): string {
  return chosenCountry.value === undefined ? "one country" : countryName(chosenCountry.value);
}

function Trial() {
  const trial = recordTrial.value;
  if (trial === undefined) return null;
  if ("error" in trial) return <ErrorNote error={trial.error} />;
  const { records, errors = [] } = trial.result;
  return (
    <>
      <p role="status">
        <strong>
          {counted(records.length, "record")} opened, {errors.length} refused.
        </strong>{" "}
        {errors.length === 0 && !hostility.value.swapRecords && "The PoP is honest."}
      </p>
      <ul class="verdicts">
        {errors.map(({ error }, index) => (
          <li key={`refused ${index}`} class="refused">
            <Icon name="alert" />
            <span>
              <strong>{error.name}</strong> {error.message}
            </span>
          </li>
        ))}
        {records.map(({ recordKey }) => (
          <li key={recordKey}>
            <Icon name="check" />
            <span>{recordKey} is what was sealed.</span>
          </li>
        ))}
      </ul>
    </>
  );
}
