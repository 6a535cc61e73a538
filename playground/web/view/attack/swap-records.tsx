import { activeAttacks, switching } from "../../model/active-attacks.ts";
import { checkedCountry, checkRecords, recordCheck } from "../../model/attack-checks.ts";
import { chosenCountry } from "../../model/countries.ts";
import { countryName, formatCount } from "../../model/format.ts";
import { locked } from "../../model/secrets.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { Icon } from "../parts/icon.tsx";
import { AttackSwitch } from "./attack-switch.tsx";

/** The PoP returns the encrypted body of one record with the keys of another. */
export function SwapRecords() {
  return (
    <section class="panel" aria-label="Swapped records">
      <AttackSwitch name="swapRecords" label="Swap two records">
        The PoP returns two records with their encrypted bodies swapped. Both bodies are valid ciphertexts.
      </AttackSwitch>
      <div class="actions">
        <button
          type="button"
          class="button primary"
          disabled={locked.value || switching.value || checkedCountry.value === undefined}
          onClick={() => void checkRecords()}
        >
          Find records
        </button>
        {checkedCountry.value === undefined && (
          <span class="quiet">
            This needs at least two records in {placeName()}. Load sample people or write another record.
          </span>
        )}
      </div>
      <Result />
    </section>
  );
}

function placeName(): string {
  return chosenCountry.value === undefined ? "one country" : countryName(chosenCountry.value);
}

function Result() {
  const check = recordCheck.value;
  if (check === undefined) return null;
  if ("error" in check) return <ErrorNote error={check.error} />;
  const { records, errors = [] } = check.result;
  return (
    <>
      <p role="status">
        <strong>
          {formatCount(records.length, "record")} accepted, {errors.length} rejected.
        </strong>{" "}
        {errors.length === 0 && !activeAttacks.value.swapRecords && "No tampering detected."}
      </p>
      <ul class="check-results">
        {errors.map(({ error }, index) => (
          <li key={`rejected ${index}`} class="rejected">
            <Icon name="alert" />
            <span>
              <strong>{error.name}</strong> {error.message}
            </span>
          </li>
        ))}
        {records.map(({ recordKey }) => (
          <li key={recordKey}>
            <Icon name="check" />
            <span>{recordKey} is unchanged.</span>
          </li>
        ))}
      </ul>
    </>
  );
}
