import { formatNumber } from "../../model/format.ts";

interface ProgressProps {
  readonly label: string;
  readonly done: number;
  readonly total: number | undefined;
  readonly note?: string | undefined;
  readonly format?: (value: number) => string;
}

export function Progress({ label, done, total, note, format = formatNumber }: ProgressProps) {
  return (
    <div class="progress">
      <div class="progress-text">
        <span>{label}</span>
        <span class="quiet numbers">
          {format(done)}
          {total !== undefined && ` of ${format(total)}`}
          {note !== undefined && ` · ${note}`}
        </span>
      </div>
      <progress aria-label={label} value={done} max={Math.max(total ?? done, 1)} />
    </div>
  );
}
