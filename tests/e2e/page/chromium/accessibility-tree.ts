import type { Page } from "playwright-core";
import { array, boolean, object, optional, parse, string, unknown } from "valibot";

const textSchema = optional(object({ value: optional(unknown()) }));
const treeSchema = object({
  nodes: array(
    object({ nodeId: string(), ignored: boolean(), role: textSchema, name: textSchema, description: textSchema }),
  ),
});

/** The accessible properties of an element. */
export interface AccessibleElement {
  readonly name: string;
  readonly description: string;
}

/** The accessible properties of every element of a role in Chromium. */
export async function accessibleElements(page: Page, role: string): Promise<AccessibleElement[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = parse(treeSchema, await session.send("Accessibility.getFullAXTree"));
  await session.detach();
  return nodes
    .filter((node) => !node.ignored && node.role?.value === role)
    .map(({ name, description }) => ({
      name: textOf(name?.value),
      description: textOf(description?.value),
    }));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
