import { CopyButton } from "./copy-button.tsx";

/** A program that repeats the operation. */
export function Code({ code }: { readonly code: string }) {
  return (
    <details class="panel code">
      <summary>
        <h3>Code for this operation</h3>
        <span class="quiet">TypeScript</span>
      </summary>
      <div class="panel-actions">
        <CopyButton text={code} label="Copy the code" />
      </div>
      <pre tabIndex={0} role="region" aria-label="TypeScript">
        <code>{code}</code>
      </pre>
    </details>
  );
}
