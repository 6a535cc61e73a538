/** Vitest's reporter groups a failed test's errors with `Map.groupBy`, which Node.js 20 lacks. */
function groupBy<Item, Key>(items: Iterable<Item>, keyOf: (item: Item, index: number) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index);
    index += 1;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

if (!("groupBy" in Map)) Object.defineProperty(Map, "groupBy", { value: groupBy, configurable: true, writable: true });
