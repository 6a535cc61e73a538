import { filesPending } from "../../model/pending-files.ts";
import { canContinue, cancelRotation, rotate, rotation } from "../../model/rotation.ts";
import { currentVersion } from "../../model/secrets.ts";
import { countriesKnown, outdatedRecords, versionsCounted, versionsError } from "../../model/versions.ts";

/** Starts, cancels or continues a rotation. */
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
  const isNeeded = outdatedRecords.value > 0 || filesPending.value;
  const text = idleText();
  return (
    <div class="actions">
      <button
        type="button"
        class="button primary"
        disabled={!countriesKnown.value || !isNeeded}
        onClick={() => void rotate()}
      >
        {startText()}
      </button>
      {text !== undefined && <span class="quiet">{text}</span>}
    </div>
  );
}

function startText(): string {
  if (!canContinue.value) return "Rotate all records";
  return rotation.value?.state === "done" ? "Try again" : "Continue";
}

/** The status if no record needs rotation; undefined if some do, or the counts are missing. */
function idleText(): string | undefined {
  if (!versionsCounted.value || versionsError.value !== undefined || outdatedRecords.value > 0) return undefined;
  return filesPending.value
    ? "Some encrypted files may still use an older version."
    : `Every record uses version ${currentVersion.value}.`;
}
