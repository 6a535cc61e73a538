import { chosenCountry, countryName } from "../../model/countries.ts";
import { cancelRotation, type Rotation, rotate, rotation } from "../../model/rotation.ts";
import { currentVersion } from "../../model/secrets.ts";
import { outdatedRecords } from "../../model/versions.ts";
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
            {now?.state === "cancelled" || now?.state === "failed" ? "Continue" : "Rotate all records"}
          </button>
        )}
        {!running && outdatedRecords.value === 0 && (
          <span class="quiet">Every record is at version {currentVersion.value}.</span>
        )}
      </div>
      {now !== undefined && !running && <Code code={now.code} />}
    </section>
  );
}

function RotationProgress({ rotation: now }: { readonly rotation: Rotation }) {
  const { state, migrated, total, rate, errors, error } = now;
  const left = rate > 0 ? formatSeconds((total - migrated) / rate) : undefined;
  const note = left === undefined ? undefined : `${formatNumber(Math.round(rate))} a second, ${left} left`;
  const words = { running: "Rotating", cancelled: "Cancelled", done: "Done", failed: "Stopped" }[state];
  return (
    <>
      <Progress
        label={words}
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
