import { chosenCountry, countriesInView, countryName } from "../../model/countries.ts";
import { type Rotation, rotation } from "../../model/rotation.ts";
import { currentVersion } from "../../model/secrets.ts";
import { counted, formatNumber, formatSeconds } from "../../model/words.ts";
import { Code } from "../parts/code.tsx";
import { ErrorNote } from "../parts/error-note.tsx";
import { Progress } from "../parts/progress.tsx";
import { RotationActions } from "./rotation-actions.tsx";

/** Every record and sealed file sealed anew, with the current secret, while one watches. */
export function RotationPanel() {
  const now = rotation.value;
  const where = chosenCountry.value === undefined ? "every country" : countryName(chosenCountry.value);
  return (
    <section class="panel rotation" aria-label="Rotation">
      <h3>Rotate</h3>
      <p class="quiet">
        Opens each record and sealed file of {where} with the secret that sealed it, here, and seals it anew with
        version {currentVersion.value}.
      </p>
      {now !== undefined && <RotationProgress rotation={now} />}
      <RotationActions />
      {now !== undefined && now.state !== "running" && <Code code={now.code} />}
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
  const { state, migrated, total, rate, errors, fileErrors, error } = now;
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
        <p class="problem">
          {counted(errors.length, "record")} could not be opened, and {stay(errors.length)}.
        </p>
      )}
      {fileErrors.length > 0 && (
        <p class="problem">
          {counted(fileErrors.length, "sealed file")} could not be opened or replaced, and {stay(fileErrors.length)}.
        </p>
      )}
      {error !== undefined && <ErrorNote error={error} />}
    </>
  );
}

function stay(count: number): string {
  return count === 1 ? "stays as it is" : "stay as they are";
}
