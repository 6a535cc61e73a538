import { countEverything, counted, countingError, countriesWithRecords, totalRecords } from "../../model/countries.ts";
import { emptying, emptyingError, emptyPlayground } from "../../model/emptying.ts";
import { loading, loadingError, loadPeople } from "../../model/people.ts";
import { locked } from "../../model/secrets.ts";
import { useConfirmation } from "../parts/confirmation.tsx";
import { ErrorNote } from "../parts/error-note.tsx";
import { Progress } from "../parts/progress.tsx";

/** Fills a playground that is empty, and empties a full one. */
export function LoadPeople() {
  const empty = useConfirmation("Empty everything", "Delete all records?", () => void emptyPlayground());
  if (loading.value !== undefined) {
    const { written, total } = loading.value;
    return <Progress label="Sealing people here, and sending them to their countries" done={written} total={total} />;
  }
  if (emptying.value !== undefined) {
    return (
      <Progress label="Emptying the playground" done={emptying.value - totalRecords.value} total={emptying.value} />
    );
  }
  const isEmpty = countriesWithRecords.value.length === 0;
  const failed = [loadingError, emptyingError, countingError].some((error) => error.value !== undefined);
  return (
    <div class={`actions ${isEmpty || failed ? "" : "folded"}`}>
      <button
        type="button"
        class={isEmpty ? "button primary" : "button small"}
        disabled={locked.value}
        onClick={() => void loadPeople()}
      >
        {isEmpty ? "Load a thousand invented people" : "Load people"}
      </button>
      {!isEmpty && counted.value && empty}
      {loadingError.value !== undefined && <ErrorNote error={loadingError.value} />}
      {emptyingError.value !== undefined && (
        <ErrorNote error={emptyingError.value} again={() => void emptyPlayground()} />
      )}
      {countingError.value !== undefined && (
        <ErrorNote error={countingError.value} again={() => void countEverything()} />
      )}
    </div>
  );
}
