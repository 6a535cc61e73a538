import {
  countEverything,
  countingError,
  countriesWithRecords,
  isCounted,
  totalRecords,
} from "../../model/countries.ts";
import { deleteAllRecords, deleting, deletingError } from "../../model/delete-all.ts";
import { loading, loadingError, loadPeople } from "../../model/load-people.ts";
import { locked } from "../../model/secrets.ts";
import { useConfirmation } from "../parts/confirmation.tsx";
import { ErrorNote } from "../parts/error-note.tsx";
import { Progress } from "../parts/progress.tsx";

/** Loads the sample people and deletes all records. */
export function LoadPeople() {
  const deleteAll = useConfirmation("Delete all", "Delete all records?", () => void deleteAllRecords());
  if (loading.value !== undefined) {
    const { written, total } = loading.value;
    return <Progress label="Encrypting and sending people" done={written} total={total} />;
  }
  if (deleting.value !== undefined) {
    return <Progress label="Deleting records" done={deleting.value - totalRecords.value} total={deleting.value} />;
  }
  const isEmpty = countriesWithRecords.value.length === 0;
  const failed = [loadingError, deletingError, countingError].some((error) => error.value !== undefined);
  return (
    <div class={`actions ${isEmpty || failed ? "" : "folded"}`}>
      <button
        type="button"
        class={isEmpty ? "button primary" : "button small"}
        disabled={locked.value}
        onClick={() => void loadPeople()}
      >
        {isEmpty ? "Load sample people" : "Load people"}
      </button>
      {!isEmpty && isCounted.value && deleteAll}
      {loadingError.value !== undefined && <ErrorNote error={loadingError.value} />}
      {deletingError.value !== undefined && (
        <ErrorNote error={deletingError.value} again={() => void deleteAllRecords()} />
      )}
      {countingError.value !== undefined && (
        <ErrorNote error={countingError.value} again={() => void countEverything()} />
      )}
    </div>
  );
}
