import { chosenCountry, countriesInView } from "../../model/countries.ts";
import { countryName, formatCount, formatNumber, formatSeconds } from "../../model/format.ts";
import { type Rotation, rotation } from "../../model/rotation.ts";
import { currentVersion } from "../../model/secrets.ts";
import { Code } from "../parts/code.tsx";
import { ErrorNote } from "../parts/error-note.tsx";
import { Progress } from "../parts/progress.tsx";
import { RotationActions } from "./rotation-actions.tsx";

/** Rotates every record and encrypted file to the current secret, and shows the progress. */
export function RotationPanel() {
  const now = rotation.value;
  const where = chosenCountry.value === undefined ? "every country" : countryName(chosenCountry.value);
  return (
    <section class="panel rotation" aria-label="Rotation">
      <h3>Rotate</h3>
      <p class="quiet">
        Decrypts each record and encrypted file of {where} in your browser and encrypts it again with version{" "}
        {currentVersion.value}.
      </p>
      {now !== undefined && <RotationProgress rotation={now} />}
      <RotationActions />
      {now !== undefined && now.state !== "running" && <Code code={now.code} />}
    </section>
  );
}

/** The countries of a rotation, if others are in view. */
function placeOf(countries: readonly string[]): string | undefined {
  const [first = "", ...others] = countries;
  if (countries.length === countriesInView.value.length && countries.includes(countriesInView.value[0] ?? "")) return;
  return others.length === 0 ? `in ${countryName(first)}` : `in ${countries.length} countries`;
}

function RotationProgress({ rotation: now }: { readonly rotation: Rotation }) {
  const { state, migrated, total, rate, errors, fileErrors, error } = now;
  const left = rate > 0 ? formatSeconds((total - migrated) / rate) : undefined;
  const note = left === undefined ? undefined : `${formatNumber(Math.round(rate))} per second, ${left} left`;
  const label = { running: "Rotating", cancelled: "Cancelled", done: "Done", failed: "Failed" }[state];
  const elsewhere = placeOf(now.countries);
  return (
    <>
      <Progress
        label={elsewhere === undefined ? label : `${label}, ${elsewhere}`}
        done={migrated}
        total={Math.max(total, migrated)}
        note={state === "running" ? note : undefined}
      />
      {errors.length > 0 && (
        <p class="problem">Failed to decrypt {formatCount(errors.length, "record")}; left unchanged.</p>
      )}
      {fileErrors.length > 0 && (
        <p class="problem">
          Failed to decrypt or replace {formatCount(fileErrors.length, "encrypted file")}; left unchanged.
        </p>
      )}
      {error !== undefined && <ErrorNote error={error} />}
    </>
  );
}
