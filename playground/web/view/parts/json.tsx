import { parseJson } from "incountry-storage/protocol";
import type { ComponentChildren } from "preact";
import { fieldOfWire, protectionOf } from "../../model/fields.ts";

/** Formatted JSON. Record fields are marked by how they are protected. */
export function Json({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <pre class="json" tabIndex={0} role="region" aria-label={label}>
      <code>{printed(parsed(text), "")}</code>
    </pre>
  );
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

function printed(value: unknown, indent: string): ComponentChildren {
  if (Array.isArray(value))
    return between(
      "[",
      "]",
      value.map((item) => printed(item, `${indent}  `)),
      indent,
    );
  if (typeof value === "object" && value !== null) {
    const properties = Object.entries(value).map(([name, inner]) => property(name, inner, `${indent}  `));
    return between("{", "}", properties, indent);
  }
  return scalar(value);
}

function scalar(value: unknown): string {
  return typeof value === "bigint" ? String(value) : (JSON.stringify(value) ?? "");
}

function property(name: string, value: unknown, indent: string): ComponentChildren {
  const field = fieldOfWire(name);
  const marked = field !== undefined && value !== null ? `value ${protectionOf(field)}` : "value";
  return (
    <>
      <span class="name">"{name}"</span>: <span class={marked}>{printed(value, indent)}</span>
    </>
  );
}

function between(open: string, close: string, parts: readonly ComponentChildren[], indent: string): ComponentChildren {
  if (parts.length === 0) return open + close;
  return (
    <>
      {open}
      {parts.map((part, index) => (
        <>
          {`\n${indent}  `}
          {part}
          {index < parts.length - 1 ? "," : ""}
        </>
      ))}
      {`\n${indent}`}
      {close}
    </>
  );
}
