import { chosenCountry, countriesInView, countryName } from "../../model/countries.ts";
import { cancelRotation, goesOn, type Rotation, rotate, rotation } from "../../model/rotation.ts";
import { currentVersion } from "../../model/secrets.ts";
import { outdatedRecords, versionsCounted } from "../../model/versions.ts";
import { counted, formatNumber, formatSeconds } from "../../model/words.ts";
import { Code } from "../parts/code.tsx";
import { ErrorNote } from "../parts/error-note.tsx";
import { Progress } from "../parts/progress.tsx";

/** Every record sealed anew, with the current secret, while one watches. */
export function RotationPanel() {
  const now = rotation.value;
  const running = now?.state === "running";
  const where = chosenCountry.value === undefined ? "every country" : countryName(chosenCountry.value);
  return (
    <section class="panel rotation" aria-label="Rotation">
      <h3>Rotate</h3>
      <p class="quiet">
        Opens each record of {where} with the secret that sealed it, here, and seals it anew with version{" "}
        {currentVersion.value}.
      </p>
      {now !== undefined && <RotationProgress rotation={now} />}
      <div class="actions">
        {running ? (
          <button type="button" class="button" onClick={cancelRotation}>
            Cancel
          </button>
        ) : (
          <button
            type="button"
            class="button primary"
            disabled={outdatedRecords.value === 0}
            onClick={() => void rotate()}
          >
            {goesOn.value ? "Continue" : "Rotate all records"}
          </button>
        )}
        {!running && versionsCounted.value && outdatedRecords.value === 0 && (
          <span class="quiet">Every record is at version {currentVersion.value}.</span>
        )}
      </div>
      {now !== undefined && !running && <Code code={now.code} />}
    </section>
  );
}

/** Where a rotation was begun, if the visitor looks elsewhere by now. */
function placeOf(countries: readonly string[]): string | undefined {
  const [first = "", ...others] = countries;
  if (countries.length === countriesInView.value.length && countries.includes(countriesInView.value[0] ?? "")) return;
  return others.length === 0 ? `in ${countryName(first)}` : `in ${countries.length} countries`;
}

function RotationProgress({ rotation: now }: { readonly rotation: Rotation }) {
  const { state, migrated, total, rate, errors, error } = now;
  const left = rate > 0 ? formatSeconds((total - migrated) / rate) : undefined;
  const note = left === undefined ? undefined : `${formatNumber(Math.round(rate))} a second, ${left} left`;
  const words = { running: "Rotating", cancelled: "Cancelled", done: "Done", failed: "Stopped" }[state];
  const elsewhere = placeOf(now.countries);
  return (
    <>
      <Progress
        label={elsewhere === undefined ? words : `${words}, ${elsewhere}`}
        done={migrated}
        total={Math.max(total, migrated)}
        note={state === "running" ? note : undefined}
      />
      {errors.length > 0 && (
        <p class="problem">{counted(errors.length, "record")} could not be opened, and stay as they are.</p>
      )}
      {error !== undefined && <ErrorNote error={error} />}
    </>
  );
}
