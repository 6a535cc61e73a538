import { formatNumber } from "../../model/format.ts";

export function Progress({
  label,
  done,
  total,
  note,
}: {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly note?: string | undefined;
}) {
  return (
    <div class="progress">
      <div class="progress-words">
        <span>{label}</span>
        <span class="quiet numbers">
          {formatNumber(done)} of {formatNumber(total)}
          {note === undefined ? "" : ` · ${note}`}
        </span>
      </div>
      <progress aria-label={label} value={done} max={Math.max(total, 1)} />
    </div>
  );
}
