import { filesLeft } from "../../model/files-left.ts";
import { cancelRotation, goesOn, rotate, rotation } from "../../model/rotation.ts";
import { currentVersion } from "../../model/secrets.ts";
import { countriesKnown, outdatedRecords, versionsCounted, versionsError } from "../../model/versions.ts";

/** Begins a rotation, cancels it or goes on with it; tells where there is nothing to do. */
export function RotationActions() {
  if (rotation.value?.state === "running") {
    return (
      <div class="actions">
        <button type="button" class="button" onClick={cancelRotation}>
          Cancel
        </button>
      </div>
    );
  }
  const anything = outdatedRecords.value > 0 || filesLeft.value;
  const words = restingWords();
  return (
    <div class="actions">
      <button
        type="button"
        class="button primary"
        disabled={!countriesKnown.value || !anything}
        onClick={() => void rotate()}
      >
        {wordsToBegin()}
      </button>
      {words !== undefined && <span class="quiet">{words}</span>}
    </div>
  );
}

function wordsToBegin(): string {
  if (!goesOn.value) return "Rotate all records";
  return rotation.value?.state === "done" ? "Try again" : "Continue";
}

/** What is known of a place where no record has to be rotated. */
function restingWords(): string | undefined {
  if (!versionsCounted.value || versionsError.value !== undefined || outdatedRecords.value > 0) return undefined;
  return filesLeft.value
    ? "Some sealed files may still be under an older version."
    : `Every record is at version ${currentVersion.value}.`;
}
