/** Counts the key derivations during a task: wraps WebCrypto and restores it. */
export async function countDerivations(act: () => Promise<unknown>): Promise<number> {
  const { subtle } = crypto;
  const deriveKey = subtle.deriveKey.bind(subtle);
  let count = 0;
  const counting: SubtleCrypto["deriveKey"] = (...parameters) => {
    count += 1;
    return deriveKey(...parameters);
  };
  Object.defineProperty(subtle, "deriveKey", { value: counting, configurable: true, writable: true });
  try {
    await act();
  } finally {
    Reflect.deleteProperty(subtle, "deriveKey");
  }
  return count;
}
