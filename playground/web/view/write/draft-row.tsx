import { recordFields } from "incountry-storage/protocol";
import type { TargetedInputEvent } from "preact";
import { draftTexts, removeField, setText } from "../../model/draft.ts";
import { labelOf, protectionOf, type WritableField } from "../../model/fields.ts";
import { formatValue } from "../../model/format.ts";
import { locked } from "../../model/secrets.ts";
import { preview } from "../../model/write.ts";
import { Icon } from "../parts/icon.tsx";
import { SentValue } from "./sent-value.tsx";

interface DraftRowProps {
  readonly name: WritableField;
  readonly problem: string | undefined;
}

/** A field of the record: its input, and the value that is sent. */
export function DraftRow({ name, problem }: DraftRowProps) {
  const id = `draft-${name}`;
  const label = labelOf(name);
  // Describes the input by its protection alone: the sent value would take too long to read out.
  const described = problem === undefined ? `sent-${name}-badge` : `problem-${name} sent-${name}-badge`;
  return (
    <div class="draft-row">
      <div class="given">
        <label for={id}>
          {label ?? name} {label !== undefined && <code class="quiet">{name}</code>}
        </label>
        <FieldInput id={id} name={name} described={described} invalid={problem !== undefined} />
        {name !== "recordKey" && name !== "body" && (
          <button
            type="button"
            class="button icon-only"
            aria-label={`Remove ${name}`}
            onClick={() => removeField(name)}
          >
            <Icon name="close" />
          </button>
        )}
        {problem !== undefined && (
          <p class="problem" id={`problem-${name}`} role="alert">
            {problem}
          </p>
        )}
      </div>
      <SentValue id={`sent-${name}`} protection={protectionOf(name)} text={sentText(name)} />
    </div>
  );
}

function sentText(name: WritableField): string | undefined {
  if (locked.value) return undefined;
  const seen = preview.value;
  const value = "wire" in seen ? seen.wire?.[recordFields[name].wire] : undefined;
  return value === undefined || value === null ? undefined : formatValue(value);
}

interface FieldInputProps {
  readonly id: string;
  readonly name: WritableField;
  readonly described: string;
  readonly invalid: boolean;
}

function FieldInput({ id, name, described, invalid }: FieldInputProps) {
  const { type, protection } = recordFields[name];
  const common = {
    id,
    value: draftTexts.value[name] ?? "",
    "aria-describedby": described,
    "aria-invalid": invalid,
    spellcheck: false,
    autocomplete: "off",
    onInput: (event: TargetedInputEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      setText(name, event.currentTarget.value),
  } as const;
  if (protection === "sealed") return <textarea rows={4} {...common} />;
  if (type === "date") return <input type="datetime-local" step="any" {...common} />;
  return <input type="text" inputMode={type === "int64" ? "numeric" : "text"} {...common} />;
}
