/** An object of promises, as an object of what they came to. They run side by side. */
export async function resolveAll<Value>(
  promises: Readonly<Record<string, Value | Promise<Value>>>,
): Promise<Record<string, Value>> {
  await Promise.all(Object.values(promises));
  const resolved: Record<string, Value> = {};
  for (const [name, promise] of Object.entries(promises)) resolved[name] = await promise;
  return resolved;
}
